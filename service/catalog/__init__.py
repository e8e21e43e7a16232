"""The source of truth: papers, chunks, sentences, vectors, and the outbox that feeds both indexes."""

from service.catalog.catalog import Catalog
from service.catalog.rows import (
    AnnotationWrite,
    Change,
    Fingerprint,
    OutboxRow,
    PaperWrite,
    Target,
    Units,
    VectorWrite,
    Waiting,
)

__all__ = [
    "AnnotationWrite",
    "Catalog",
    "Change",
    "Fingerprint",
    "OutboxRow",
    "PaperWrite",
    "Target",
    "Units",
    "VectorWrite",
    "Waiting",
]
