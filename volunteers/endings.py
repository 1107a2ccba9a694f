"""What happens to a volunteer's data when a consent is taken back, or all of it is to be forgotten."""

from communities.services import erasure
from communities.services.consents import ON_WITHDRAWAL, Kinds
from volunteers.services import certificates, forgetting, volunteers

ON_WITHDRAWAL[Kinds.PROFILE].append(volunteers.end_profile)
ON_WITHDRAWAL[Kinds.SENSITIVE].append(volunteers.forget_sensitive)
ON_WITHDRAWAL[Kinds.DOCUMENT].append(volunteers.forget_document)
ON_WITHDRAWAL[Kinds.DOCUMENT].append(certificates.forget_documents)
erasure.OBLIGATIONS.append(forgetting.obligations)
erasure.ERASERS.append(forgetting.forget)
