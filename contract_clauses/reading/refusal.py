"""Why a file was not read: a Japanese sentence that says what, where and what to do."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a file cannot be read; the value is the sentence, with the file's name to be put in."""

    NOTHING = "読むファイルがありません。契約書の案をWord(.docx)、PDF、テキスト(.txt)で渡してください。"
    EMPTY = "「{name}」は中身が空です。内容のあるファイルを選んでください。"
    TOO_BIG = "「{name}」は大きすぎて読めません。20MB以下の、本文だけのファイルに分けてください。"
    TOO_MANY_PAGES = "「{name}」はページが多すぎて読めません(1,000ページまで)。契約書の部分だけのファイルに分けてください。"
    TOO_MANY_FILES = "ファイルが多すぎて読めません(20個まで)。一つの契約に属するものだけを渡してください。"
    TOO_LONG = "「{name}」は文字が多すぎて読めません(300万字まで)。契約書の部分だけのファイルに分けてください。"
    TOO_SLOW = "「{name}」は決めた時間と記憶の広さの中で読み終わりませんでした。元の文書から保存し直すか、本文だけのファイルに分けてください。"
    BOMB = "「{name}」は中身を広げると異常に大きくなるため、読みませんでした。元の文書を作った人に、保存し直したファイルを求めてください。"
    ENTITIES = "「{name}」には文書にあってはならない定義(XMLの実体宣言)が入っているため、読みませんでした。元の文書を作った人に確かめてください。"
    ENCRYPTED = "「{name}」はパスワードで保護されています。保護を外したファイルを選んでください。"
    ONLY_IMAGES = "「{name}」には文字が入っていません(画像だけのようです)。文字の入ったファイルを選んでください。"
    NO_TEXT = "「{name}」には文字が入っていません。内容のあるファイルを選んでください。"
    GARBLED = "「{name}」の文字を読み取れません(文字の対応表が壊れているか、入っていません)。Word(.docx)のファイルを求めてください。"
    BROKEN = "「{name}」は壊れているようで、読めません。元のファイルを保存し直してください。"
    UNKNOWN_ENCODING = "「{name}」の文字コードを判別できません。UTF-8 か Shift_JIS で保存し直してください。"
    NOT_TEXT = "「{name}」は文書のファイルではないようです。Word(.docx)、PDF、テキスト(.txt)を選んでください。"
    OLD_WORD = "「{name}」は古いWordの形式(.doc)です。Wordで開き、.docx で保存し直してください。"
    RICH_TEXT = "「{name}」はリッチテキスト(.rtf)です。Wordで開き、.docx で保存し直してください。"
    WEB_PAGE = "「{name}」はウェブページ(HTML)です。本文をWord(.docx)かテキスト(.txt)に保存し直してください。"
    XML = "「{name}」はXMLのファイルです。Wordで開けるなら、.docx で保存し直してください。"
    SPREADSHEET = "「{name}」は表計算のファイルです。契約書の案はWord(.docx)、PDF、テキスト(.txt)で渡してください。"
    SLIDES = "「{name}」はプレゼンテーションのファイルです。契約書の案はWord(.docx)、PDF、テキスト(.txt)で渡してください。"
    OPEN_DOCUMENT = "「{name}」はOpenDocumentの形式(.odt)です。Word(.docx)の形式で保存し直してください。"
    ARCHIVE = "「{name}」は圧縮ファイルです。中の文書を取り出し、そのファイルを選んでください。"
    IMAGE = "「{name}」は画像です。文字の入ったWord(.docx)、PDF、テキスト(.txt)を選んでください。"


class Refused(Exception):
    """A file is not read; ``reason`` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.name)
        self.reason = reason

    def sentence(self, name: str) -> str:
        """Return the sentence about the file of this name."""
        return self.reason.value.format(name=name)
