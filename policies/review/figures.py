"""Numbers as people read them. Whatever comes in, what goes out is short."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from math import isfinite

NONE = "\u2013"
ARROW = "\u2192"
_NARROW = "\u00a0"
_MINUS = "\u2212"
_HUGE = 10**12


def count(number: int) -> str:
    """1234 -> `1,234`; a number of more than 12 digits is said to be one."""
    return f"{number:,}".replace("-", _MINUS) if abs(number) < _HUGE else "over 10^12"


def signed(number: int) -> str:
    """`+46`."""
    return f"{'+' if number > 0 else ''}{count(number)}"


def plural(number: int, noun: str, many: str | None = None) -> str:
    """`1 case`, `2 cases`."""
    return f"{count(number)} {noun if number == 1 else many or noun + 's'}"


def decimals(number: float, places: int, *, sign: bool = False) -> str:
    """A float with fixed decimals; none for what is no number, an exponent for what is absurdly large."""
    if not isfinite(number):
        return NONE
    number = round(number, places) + 0.0 if abs(number) < _HUGE else number
    shape = f",.{places}f" if abs(number) < _HUGE else ".2e"
    return format(number, f"{'+' if sign and number != 0 else ''}{shape}").replace("-", _MINUS)


def percent(share: float | None) -> str:
    """0.612 -> `61.2 %`."""
    return NONE if share is None or not isfinite(share) else f"{decimals(share * 100, 1)}{_NARROW}%"


def points(share: float) -> str:
    """A difference of two shares in percentage points: 0.229 -> `+22.9`."""
    return decimals(share * 100, 1, sign=True)


def p_value(p: float) -> str:
    """`0.031`, `< 0.001`."""
    return f"<{_NARROW}0.001" if 0 <= p < 0.001 else decimals(p, 3)


def milliseconds(duration_ms: float) -> str:
    """`41 ms`, `3.2 ms`, and seconds from a second on."""
    if duration_ms >= 1000:
        return seconds(duration_ms / 1000)
    return f"{decimals(duration_ms, 0 if duration_ms >= 10 else 1)}{_NARROW}ms"


def seconds(duration_seconds: float) -> str:
    """`38.2 s`, and minutes from two minutes on."""
    if isfinite(duration_seconds) and 120 <= duration_seconds < _HUGE:
        minutes, rest = divmod(round(duration_seconds), 60)
        return f"{count(minutes)}{_NARROW}min {rest}{_NARROW}s"
    return f"{decimals(duration_seconds, 1)}{_NARROW}s"


def change(base: str, head: str) -> str:
    """`41 ms -> 43 ms`, said once when both are the same."""
    return base if base == head else f"{base} {ARROW} {head}"


def money(text: str | None) -> Decimal | None:
    """US dollars from a decimal string; none when it is no amount that money can have."""
    try:
        amount = Decimal(text) if text is not None else None
    except InvalidOperation:
        return None
    return amount if amount is not None and amount.is_finite() and abs(amount.adjusted()) < 15 else None


def usd(text: str | None) -> str:
    """`14.40`; what is not known is `unknown`, never 0."""
    amount = money(text)
    return "unknown" if amount is None else f"{amount:,.2f}".replace("-", _MINUS)


def usd_change(base: str | None, head: str | None) -> str:
    """`+2.10 (+17 %)`; none when one side is not known."""
    before, after = money(base), money(head)
    if before is None or after is None:
        return NONE
    difference = after - before
    if round(difference, 2) == 0:
        return "0.00"
    share = f" ({decimals(float(difference / before * 100), 0, sign=True)}{_NARROW}%)" if before > 0 else ""
    return f"{difference:+,.2f}".replace("-", _MINUS) + share


def usd_per_thousand(total_usd: float, cases: int) -> str:
    """What 1,000 cases cost at the model's token price; none when there is no price."""
    if not cases or not isfinite(total_usd) or total_usd <= 0:
        return NONE
    price = total_usd / cases * 1000
    return decimals(price, 2 if price >= 1 else 4)


def plain(text: str) -> str:
    """The same figures in ASCII, for a terminal that may know no other letters."""
    for fancy, simple in ((ARROW, "->"), (_NARROW, " "), (_MINUS, "-"), (NONE, "-")):
        text = text.replace(fancy, simple)
    return text
