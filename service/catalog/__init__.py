"""The source of truth: papers, chunks, sentences, vectors, and the outbox that feeds both indexes."""

from service.catalog.catalog import Catalog
from service.catalog.corrections import SplitWrite
from service.catalog.rows import (
    AnnotationWrite,
    Change,
    Decided,
    Fingerprint,
    OutboxRow,
    PaperWrite,
    Target,
    Units,
    VectorWrite,
    Waiting,
    digest,
)

__all__ = [
    "AnnotationWrite",
    "Catalog",
    "Change",
    "Decided",
    "Fingerprint",
    "OutboxRow",
    "PaperWrite",
    "SplitWrite",
    "Target",
    "Units",
    "VectorWrite",
    "Waiting",
    "digest",
]
