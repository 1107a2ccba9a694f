"""One factory for every model: `<Model>Factory`; modules by app, all importable from here."""

from .appeals import *  # noqa: F403
from .communities import *  # noqa: F403
from .evaluations import *  # noqa: F403
from .meetings import *  # noqa: F403
from .polls import *  # noqa: F403
from .projects import *  # noqa: F403
from .records import *  # noqa: F403
from .rewards import *  # noqa: F403
from .surveys import *  # noqa: F403
from .teams import *  # noqa: F403
from .uploads import *  # noqa: F403
from .volunteers import *  # noqa: F403
