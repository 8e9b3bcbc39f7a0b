"""The verifier for Python, over the C interface. Needs the library (`cargo build --release -p solvency-capi`) and nothing else.

    trust = solvency.Trust("target/release/libsolvency_c.so", open("trust.json", "rb").read())
    verdict = trust.accept(open("bundle.json", "rb").read(), now=int(time.time()))
    verdict["verdict"], verdict["notShown"]

What a verdict does not show is in it and in spec/threats.md.
"""

import ctypes
import json

ACCEPTED, REJECTED, UNUSABLE = 0, 1, 2


class Unusable(ValueError):
    """A trust file or totals that can't be used."""


class Trust:
    """A trust file, read and prepared once, for many bundles. Not to be changed by one thread while another judges."""

    def __init__(self, library, document):
        self._trust = None
        self._lib = _load(library)
        trust, message = ctypes.c_void_p(), ctypes.c_void_p()
        code = self._lib.solvency_trust_read(document, len(document), ctypes.byref(trust), ctypes.byref(message))
        self._done(code, message)
        self._trust = trust

    def attach_totals(self, document, now):
        """Attaches the custodian's certified totals; where they are refused, none are attached."""
        message = ctypes.c_void_p()
        code = self._lib.solvency_trust_attach_totals(self._trust, document, len(document), now, ctypes.byref(message))
        self._done(code, message)

    def move_on(self, seen, latest_claim):
        """Goes on from what was accepted last and the latest claim, as in a trust file."""
        document = json.dumps({"seen": seen, "latestClaim": latest_claim}).encode()
        message = ctypes.c_void_p()
        code = self._lib.solvency_trust_move_on(self._trust, document, len(document), ctypes.byref(message))
        self._done(code, message)

    def accept(self, bundle, now):
        """The verdict on a bundle at a time in Unix seconds, as `solvency verify --json` prints it."""
        verdict = ctypes.c_void_p()
        code = self._lib.solvency_accept(self._trust, bundle, len(bundle), now, ctypes.byref(verdict))
        text = self._text(verdict)
        if code not in (ACCEPTED, REJECTED) or text is None:
            raise Unusable("the bundle could not be judged")
        answer = json.loads(text)
        if (answer.get("verdict") == "accept") != (code == ACCEPTED):
            raise Unusable("the library contradicts itself")
        return answer

    def __del__(self):
        if self._trust:
            self._lib.solvency_trust_free(self._trust)

    def _text(self, pointer):
        if not pointer:
            return None
        try:
            return ctypes.cast(pointer, ctypes.c_char_p).value.decode()
        finally:
            self._lib.solvency_text_free(pointer)

    def _done(self, code, message):
        text = self._text(message)
        if code != ACCEPTED:
            raise Unusable(text or "it can't be used")


def _load(path):
    lib = ctypes.CDLL(str(path))
    bytes_, size, pointer, text = ctypes.c_char_p, ctypes.c_size_t, ctypes.c_void_p, ctypes.POINTER(ctypes.c_void_p)
    signatures = {
        "solvency_trust_read": [bytes_, size, text, text],
        "solvency_trust_attach_totals": [pointer, bytes_, size, ctypes.c_uint64, text],
        "solvency_trust_move_on": [pointer, bytes_, size, text],
        "solvency_accept": [pointer, bytes_, size, ctypes.c_uint64, text],
        "solvency_trust_free": [pointer],
        "solvency_text_free": [pointer],
    }
    for name, arguments in signatures.items():
        function = getattr(lib, name)
        function.argtypes = arguments
        function.restype = None if name.endswith("_free") else ctypes.c_int
    return lib
