"""An abstract read once: sentences, section labels, names, quantities, rhetorical roles."""

from typing import TYPE_CHECKING

from service.lazily import names_from

if TYPE_CHECKING:
    from service.annotate.annotating import VERSION, annotate
    from service.annotate.model import AnnotatedAbstract, AnnotatedSentence
    from service.annotate.no_evidence import NoEvidence
    from service.annotate.quantities import Quantity
    from service.annotate.rhetorical_roles import RhetoricalRole

__all__ = ["VERSION", "AnnotatedAbstract", "AnnotatedSentence", "NoEvidence", "Quantity", "RhetoricalRole", "annotate"]

__getattr__ = names_from(
    __name__,
    {
        "annotating": ["VERSION", "annotate"],
        "model": ["AnnotatedAbstract", "AnnotatedSentence"],
        "no_evidence": ["NoEvidence"],
        "quantities": ["Quantity"],
        "rhetorical_roles": ["RhetoricalRole"],
    },
)
