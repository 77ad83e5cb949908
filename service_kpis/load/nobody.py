"""What stands where an id, an address or a number should, and names nobody: words, zeros, rounded numbers."""

import re

from service_kpis.load.sql import quoted

# What exports write where nothing stands: databases, data frames, spreadsheets, programs.
NOTHING = (
    *("null", "(null)", "<null>", r"\n", "nil", "none", "undefined", "nan", "<na>", "n/a", "#n/a"),
    *("-", "--"),
)

# A blank is any or no blank, hyphen or underscore. In small letters without accents, as they are compared.
_NOBODY = (
    *NOTHING,
    *("na", "n. a", "-1", "false", "no", "blank", "empty", "missing", "not set", "unset", "not available"),
    *("not provided", "not specified", "not assigned", "unassigned", "unspecified", "unidentified"),
    *("unknown", "unknown user", "unknown caller", "unknown customer", "unknown number", "nobody", "no one"),
    *("anonymous", "anonymous user", "anonymous caller", "anonymous customer", "guest", "guest user"),
    *("restricted", "private", "private number", "withheld", "number withheld", "unavailable", "blocked"),
    *("no caller id", "no number", "no email", "no mail", "no phone", "no id", "hidden", "hidden number"),
    # Dutch, German
    *("onbekend", "onbekende", "anoniem", "niet ingevuld", "niet beschikbaar", "niet toegewezen", "n. v. t"),
    *("nvt", "niet van toepassing", "geen", "leeg", "niemand", "gast", "afgeschermd", "prive nummer"),
    *("unbekannt", "unbekannter", "unbekannte", "anonym", "keine angabe", "keine angaben", "k. a", "keine"),
    *("keiner", "leer", "nicht verfugbar", "nicht verfuegbar", "nicht zugewiesen", "nicht zugeordnet"),
    *("unterdruckt", "unterdrueckt", "rufnummer unterdruckt"),
    # French, Spanish
    *("inconnu", "inconnue", "anonyme", "non disponible", "indisponible", "non renseigne", "non attribue"),
    *("non assigne", "aucun", "aucune", "vide", "masque", "numero masque", "prive", "numero prive", "invite"),
    *("desconocido", "desconocida", "anonimo", "anonima", "no disponible", "sin asignar", "no asignado"),
    *("ninguno", "ninguna", "nadie", "vacio", "oculto", "numero oculto", "privado", "numero privado"),
    *("invitado", "sin datos"),
    # Portuguese, Italian
    *("desconhecido", "desconhecida", "nao disponivel", "indisponivel", "nao atribuido", "nao informado"),
    *("nenhum", "nenhuma", "ninguem", "vazio", "convidado"),
    *("sconosciuto", "sconosciuta", "non disponibile", "non assegnato", "nessuno", "nessuna", "vuoto"),
    *("nascosto", "numero nascosto", "privato", "numero privato", "ospite"),
    # Chinese
    *("匿名", "匿名用户", "未知", "未知号码", "未知用户", "无", "空", "游客", "访客"),
    *("未分配", "隐藏", "隐藏号码", "私人号码", "保密", "不详"),
)
_AROUND = r"""[\s"'()<>\[\]{}.,;:*]*"""
_WORDS = "|".join(re.escape(word).replace(r"\ ", r"[\s_-]*") for word in _NOBODY)
_ZEROS = r"0+([.]0+)?|-1[.]0+|0{8}-0{4}-0{4}-0{4}-0{12}"
_NAMELESS = rf"{_AROUND}({_WORDS}|{_ZEROS}){_AROUND}"

EXPONENT = r"\d+([.,]\d+)?[eE][+]\d+"
CUT = r"\d{15}0{3,}"
"""What a spreadsheet makes of a long number: it keeps 15 digits. Of ids of 18 digits one in a thousand ends
in three zeros of its own, of longer ones fewer; of 17 it would be one in a hundred, and of 16 one in ten."""


def told(value: str) -> str:
    """SQL for a text that stays text, NULL where it is a word such as NULL or N/A: nothing stands there."""
    return f"CASE WHEN lower(trim({value})) NOT IN ({', '.join(map(quoted, NOTHING))}) THEN {value} END"


def told_reference(value: str) -> str:
    """SQL for an id that refers to something, NULL where it is a word for nobody, or zero."""
    return f"CASE WHEN NOT {_is_nameless(value)} THEN {value} END"


def is_nobody(value: str) -> str:
    """SQL for whether a customer's identifier names nobody: such a word, zero, or a rounded number."""
    rounded = rf"\d+([.,]\d+)?[eE][+-]?\d+|{CUT}"
    return f"({_is_nameless(value)} OR regexp_full_match(trim({value}), {quoted(rounded)}))"


def _is_nameless(value: str) -> str:
    return f"regexp_full_match(lower(strip_accents({value})), {quoted(_NAMELESS)})"
