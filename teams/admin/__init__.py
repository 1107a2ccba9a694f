from . import admissions, calls, teams, vocabularies

__all__ = ["admissions", "calls", "teams", "vocabularies"]
