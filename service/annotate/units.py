"""Units of measurement over all sciences, each spelling with its canonical name: SI and what is used beside it, time,
money, shares and ratios. What is merely counted (patients, tokens, sentences) is no unit."""

from __future__ import annotations

import re
from typing import Final

_SPELT: Final = {
    "second": "second seconds sec secs", "millisecond": "millisecond milliseconds msec",
    "minute": "minute minutes mins",
    "hour": "hour hours hr hrs", "day": "day days", "week": "week weeks wk wks", "month": "month months mo mos",
    "year": "year years yr yrs", "decade": "decade decades", "century": "century centuries",
    "nanometre": "nanometer nanometers nanometre nanometres", "micrometre": "micron microns micrometer micrometers",
    "millimetre": "millimeter millimeters millimetre millimetres",
    "centimetre": "centimeter centimeters centimetre centimetres", "metre": "meter meters metre metres",
    "kilometre": "kilometer kilometers kilometre kilometres", "mile": "mile miles", "inch": "inch inches",
    "foot": "foot feet ft", "hectare": "hectare hectares ha", "acre": "acre acres",
    "microgram": "microgram micrograms mcg", "milligram": "milligram milligrams", "gram": "gram grams gramme grammes",
    "kilogram": "kilogram kilograms", "tonne": "tonne tonnes ton tons", "pound weight": "lb lbs",
    "millilitre": "milliliter milliliters millilitre millilitres", "litre": "liter liters litre litres",
    "calorie": "calorie calories cal", "kilocalorie": "kcal kilocalorie kilocalories", "joule": "joule joules",
    "watt": "watt watts", "volt": "volt volts", "pascal": "pascal pascals", "bar": "bar mbar", "mmHg": "mmhg",
    "hertz": "hertz", "degree": "degree degrees °", "celsius": "°c °-c ºc ℃", "fahrenheit": "°f °-f", "decibel": "db",
    "mole": "mol moles", "millimole": "mmol", "micromole": "μmol umol", "nanomole": "nmol", "international unit": "iu",
    "gray": "gy", "sievert": "sv", "beats a minute": "bpm", "base pair": "bp", "pixel": "px",
    "byte": "byte bytes", "bit": "bit bits", "kilobyte": "kb", "megabyte": "mb", "gigabyte": "gb", "terabyte": "tb",
    "%": "% percent per-cent pct", "percentage point": "percentage-point percentage-points pp ppt pps",
    "basis point": "basis-point basis-points bps", "point": "point points pts",
    "times": "times fold folds ×", "standard deviation": "sd sds", "dollar": "$ usd dollar dollars",
    "euro": "€ eur euro euros", "pound": "gbp £", "yuan": "rmb cny yuan", "yen": "jpy yen ¥", "cent": "cents",
    "rupee": "inr rupee rupees",
}  # fmt: skip
_SYMBOLS: Final = {
    "s": "second", "ms": "millisecond", "μs": "microsecond", "us": "microsecond", "ns": "nanosecond", "min": "minute",
    "h": "hour", "d": "day", "y": "year", "nm": "nanometre", "μm": "micrometre", "um": "micrometre",
    "mm": "millimetre", "cm": "centimetre", "m": "metre", "km": "kilometre", "pg": "picogram", "ng": "nanogram",
    "μg": "microgram", "ug": "microgram", "mg": "milligram", "g": "gram", "kg": "kilogram", "t": "tonne",
    "μl": "microlitre", "ul": "microlitre", "μL": "microlitre", "ml": "millilitre", "mL": "millilitre",
    "dl": "decilitre", "dL": "decilitre", "l": "litre", "L": "litre", "J": "joule", "kJ": "kilojoule",
    "MJ": "megajoule", "W": "watt", "mW": "milliwatt", "kW": "kilowatt", "MW": "megawatt", "GW": "gigawatt",
    "kWh": "kilowatt hour", "V": "volt", "mV": "millivolt", "kV": "kilovolt", "mA": "milliampere", "μA": "microampere",
    "Pa": "pascal", "kPa": "kilopascal", "MPa": "megapascal", "GPa": "gigapascal", "Hz": "hertz", "kHz": "kilohertz",
    "MHz": "megahertz", "GHz": "gigahertz", "mGy": "milligray", "mSv": "millisievert", "nM": "nanomolar",
    "μM": "micromolar", "uM": "micromolar", "mM": "millimolar", "eV": "electronvolt", "keV": "kiloelectronvolt",
    "MeV": "megaelectronvolt", "GeV": "gigaelectronvolt", "U": "unit", "x": "times", "X": "times", "K": "kelvin",
    "kDa": "kilodalton", "Da": "dalton", "cM": "centimorgan", "fps": "frames a second", "N": "newton",
    "mN": "millinewton",
    "Mbp": "megabase pair", "kbp": "kilobase pair", "Kbp": "kilobase pair", "ppm": "parts a million",
    "ppb": "parts a billion",
}  # fmt: skip
"""Symbols are told apart by their case."""
CURRENCIES: Final = {
    "$": "dollar",
    "€": "euro",
    "£": "pound",
    "¥": "yen",
    "US$": "dollar",
    "USD": "dollar",
    "EUR": "euro",
}
"""What stands before its figure."""

_NAMES: Final = {spelling: name for name, spellings in _SPELT.items() for spelling in spellings.split()}

_POWER = r"\^?\{?[-+]?[1-4]\}?"
_ONE = (
    r"(?P<name>\\?%|°\s?[CF]?|℃|×|\$|€|£|(?i:percentage[ -]points?|basis[ -]points?|per[ -]cent\b)|[^\W\d_]+)"
    rf"(?P<power>{_POWER}(?![\w.]))?(?![A-Za-z0-9])"
)
_FIRST: Final = re.compile(rf"[ -]?{_ONE}")
_PER: Final = re.compile(rf"(?:\s?/\s?|\sper\s|\san?\s(?=(?:second|minute|hour|day|week|month|year)\b)){_ONE}")
_TIMES: Final = re.compile(r"[ ·](?P<name>[^\W\d_]+)(?P<power>\^?\{?-[1-4]\}?)(?![A-Za-z0-9])")


def unit_at(text: str, at: int) -> tuple[str, int] | None:
    """The canonical name of the unit that stands at `at`, and where it ends; `None` where none stands there.

    "hrs" is "hour", "cm2" "centimetre2", "mg/kg" "milligram/kilogram", "s-1" after another "/second".
    """
    first = _FIRST.match(text, at)
    name = _name(first) if first else ""
    if first is None or not name:
        return None
    end = first.end()
    while True:
        found = _PER.match(text, end) or _TIMES.match(text, end)
        further = _name(found) if found else ""
        if found is None or not further:
            return name, end
        name, end = f"{name}/{further.replace('-1', '').replace('-', '')}", found.end()


def _name(found: re.Match[str]) -> str:
    written = found["name"].removeprefix("\\").replace(" ", "-")
    name = _SYMBOLS.get(written) or _NAMES.get(written.casefold(), "")
    return name + re.sub(r"[\^{}+]", "", found["power"] or "") if name else ""
