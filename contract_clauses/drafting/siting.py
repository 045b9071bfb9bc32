"""Where in a draft an article about a clause belongs: after a relative, else before what the contract closes with."""

from collections.abc import Sequence
from dataclasses import dataclass

from contract_clauses.clause import Clause
from contract_clauses.drafting.numbering import read_article_number
from contract_clauses.drafting.outline import Article, Outline
from contract_clauses.drafting.places import first_about, fold, place_of

_BEGINNING = 60  # characters of an article without a heading that tell what it is about
_ADDENDUM = ("附則", "付則")
_PLEDGE = "誓約書"  # what a worker promises; no place for what the parties agree


@dataclass(frozen=True)
class Siting:
    """Looks for places in one draft."""

    outline: Outline

    def related(self, clause: Clause) -> Article | None:
        """Return the article that is about what is nearest to a clause, else the last before the closing ones."""
        main, others = self._main_and_others()
        for word in place_of(clause).near:
            for articles in (main, others):
                open_ones = [each for each in articles if not each.is_closing and not each.passage.is_deleted]
                found = first_about(word, [_about(each) for each in open_ones])
                if found is not None:
                    return open_ones[found]
        last = len(main)
        while last > 1 and main[last - 1].is_closing:
            last -= 1
        return main[last - 1] if main else None

    def _main_and_others(self) -> tuple[list[Article], list[Article]]:
        """Return the articles of the contract itself and those of its annexes, in the numbering that most of each have.

        A cover that counts 1 件名, 2 期間 before 第1条 is no place for an article, nor is a pledge annexed for workers.
        """
        parts: dict[int, list[Article]] = {}
        for each in self.outline.articles:
            title = self.outline.draft.passages[each.part]
            if not fold(title.heading or title.label).startswith(_ADDENDUM):
                parts.setdefault(each.part, []).append(each)
        agreed = {part: articles for part, articles in parts.items() if not self.is_pledge(part)}
        parts = agreed or parts
        kept = [_of_one_numbering(articles) for articles in parts.values()]
        main = max(kept, key=lambda articles: (_counts_articles(articles), len(articles)), default=[])
        return main, [each for articles in kept if articles is not main for each in articles]

    def is_pledge(self, part: int) -> bool:
        """Return whether a part is what workers promise their employer."""
        title = self.outline.draft.passages[part]
        return _PLEDGE in fold(title.heading or title.label)


def _of_one_numbering(articles: Sequence[Article]) -> list[Article]:
    """Return the articles of a part that are numbered as most are; 第9条の2 counts with 第9条."""
    kinds = [number.numbering if (number := read_article_number(each.passage.number)) else None for each in articles]
    usual = max(kinds, key=kinds.count)
    return [each for each, kind in zip(articles, kinds, strict=True) if kind == usual]


def _counts_articles(articles: Sequence[Article]) -> bool:
    return len(articles) > 1 and "条" in articles[0].passage.number


def _about(article: Article) -> str:
    return article.heading or fold(article.passage.body)[:_BEGINNING]
