"""What other parts of the platform add to the pages of a team and of a call, without being known here.

An app adds its part in AppConfig.ready:

    from communities.home import Section
    from teams.sections import TEAM_SECTIONS
    TEAM_SECTIONS.append(Section("projects/_of_team.html", projects_of, order=10))

`content(thing, user)` returns what the template shows as `section`; where that is empty, nothing is shown. The
template brings its own <section> with a heading.
"""

from __future__ import annotations

from communities.home import Section

TEAM_SECTIONS: list[Section] = []
CALL_SECTIONS: list[Section] = []
