"""What the columns of tables of papers are called, folded by case and punctuation, the surer name first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

Column: TypeAlias = Literal[
    "title", "abstract", "authors", "year", "date", "doi", "url", "venue", "arxiv", "pmid", "openalex", "s2", "acl",
    "key", "organisation", "status", "kind", "retracted", "date_kind", "author_count", "upvotes", "origin",
]  # fmt: skip

COLUMNS: Final[Mapping[Column, str]] = {
    "title": "title articletitle primarytitle documenttitle papertitle itemtitle worktitle displayname ti t1 titles "
    "titleprimary titel titre título titulo titolo 标题 题名 论文标题",
    "abstract": "abstract abstracttext notesabstract abstractnote abstractnotes ab n2 abstracts summary summaries "
    "paperabstract zusammenfassung résumé resume resumen resumo riassunto 摘要",
    "authors": "authorfullnames authors author authornames authorlist au af a1 firstauthors "
    "authorshipsauthordisplayname creator creators autoren auteurs autores autori 作者",
    "year": "year publicationyear publishedyear pubyear yearofpublication publishyear py yr y1 dp jahr année annee "
    "año ano anno 年份 出版年",
    "date": "date publicationdate datepublished publisheddate published publishedat pubdate publishdate coverdate "
    "datum",
    "doi": "doi di digitalobjectidentifier itemdoi articledoi doinumber l3 doilink doiurl",
    "url": "url link urls articleurl paperurl link1 ur websites landingpageurl pdfurl pdflink",
    "venue": "journal venue journaltitle journalname sourcetitle publicationtitle secondarytitle containertitle "
    "journalbook journalconference primarylocationsourcedisplayname publicationname booktitle conference "
    "conferencename proceedings t2 jo so jf source zeitschrift revue revista 期刊",
    "arxiv": "arxiv arxivid arxivnumber eprint",
    "pmid": "pmid pubmedid pubmed medlinepmid",
    "openalex": "openalex openalexid",
    "s2": "semanticscholarid s2id s2paperid corpusid",
    "acl": "aclid anthologyid aclanthologyid",
    "key": "id key citationkey citekey bibtexkey itemkey paperid",
    "organisation": "organisation organization",
    "status": "status publicationstatus",
    "kind": "documenttype publicationtype publicationtypes typeofreference itemtype type dt pt",
    "retracted": "isretracted retracted",
    "date_kind": "datekind",
    "author_count": "authorcount numauthors numberofauthors",
    "upvotes": "upvotes",
    "origin": "origin",
}
"""Not here: "First Author" (one of several), "Author(s) ID", "Publication Title" as a title (it is the journal's)."""
