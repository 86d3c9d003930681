"""Vietnamese syllables by their build: onset, rime, tone. What is none cannot be right Unicode, however it is spelt."""

import re
import unicodedata
from functools import lru_cache

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_ONSETS = re.findall(r"\S+", "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x")
_RIMES = re.findall(
    r"\S+",
    """
a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
e ec em en eng eo ep et ê êc êch êm ên êng ênh êp êt êu
i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu y yê yêm yên yêng yêt yêu ych ynh yt
o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong op ot ooc oong
ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
u ua uân uâng uât uây uc uê uêch uênh ui um un ung uơ up ut uy uya uych uyên uyêt uynh uyp uyt uyu
uôc uôi uôm uôn uông uôt ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu
""",
)
_SYLLABLE = re.compile(f"(?:{'|'.join(_ONSETS)})?(?:{'|'.join(_RIMES)})")
#: Before a stop only sắc and nặng can stand.
_STOPPED = re.compile(r"(?:[ptc]|ch)$")


@lru_cache(maxsize=65536)
def is_syllable(word: str) -> bool:
    """Whether a word is built as Vietnamese ones are; where its tone stands is left to the writer.

    >>> [is_syllable(word) for word in ("Nghiệp", "hòan", "Tèt", "Héi", "QUỲNH", "Müller")]
    [True, True, False, False, True, False]
    """
    parts = unicodedata.normalize("NFD", word.lower())
    tones = [sign for sign in parts if sign in _TONES]
    bare = unicodedata.normalize("NFC", "".join(sign for sign in parts if sign not in _TONES))
    if len(tones) > 1 or not _SYLLABLE.fullmatch(bare):
        return False
    return not tones or tones[0] in "\u0301\u0323" or not _STOPPED.search(bare)
