from . import admissions, calls, members, teams, vocabularies

__all__ = ["admissions", "calls", "members", "teams", "vocabularies"]
