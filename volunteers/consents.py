"""What ends when a volunteer takes a consent back."""

from communities.services.consents import ON_WITHDRAWAL, Kinds
from volunteers.services import volunteers

ON_WITHDRAWAL[Kinds.PROFILE].append(volunteers.end_profile)
ON_WITHDRAWAL[Kinds.SENSITIVE].append(volunteers.forget_sensitive)
