"""Reference figures for recovery: Kaplan-Meier and the median's interval, from lifelines. Prints the JSON beside this file:

    python survival.py > survival.json

The first case is Gehan's (1965) remission times under 6-MP, whose median is 23 weeks in every textbook.
"""
import json
import math
import sys

import lifelines
from lifelines import KaplanMeierFitter
from lifelines.utils import median_survival_times

cases = {
    "gehan": ([6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35], [1] * 9 + [0] * 12),
    "ten injections, three never back": (
        [1.2, 3.4, 3.4, 5.0, 7.5, 8.1, 9.9, 20, 20, 20],
        [1, 1, 1, 1, 1, 1, 1, 0, 0, 0],
    ),
    "median beyond what was observed": ([2, 4, 4, 9, 30, 30, 30, 30], [1, 1, 0, 1, 0, 0, 0, 0]),
    "none censored": ([1, 2, 3, 4, 5], [1, 1, 1, 1, 1]),
}


def finite(value):
    return None if math.isinf(value) else float(value)


def reference(times, events):
    fitted = KaplanMeierFitter().fit(times, events)
    band = fitted.confidence_interval_
    table = fitted.event_table
    steps = [
        {
            "at": float(at),
            "share": float(fitted.survival_function_.loc[at].iloc[0]),
            "low": float(band.loc[at].iloc[0]),
            "high": float(band.loc[at].iloc[1]),
            "atRisk": int(table.loc[at, "at_risk"]),
        }
        for at in fitted.survival_function_.index
        if table.loc[at, "observed"] > 0
    ]
    low, high = median_survival_times(band).values[0]
    median = {"value": finite(fitted.median_survival_time_), "low": finite(low), "high": finite(high)}
    return {"times": times, "events": events, "steps": steps, "median": median}


print(
    json.dumps(
        {
            "python": sys.version.split()[0],
            "lifelines": lifelines.__version__,
            "cases": {name: reference(*case) for name, case in cases.items()},
        },
        indent=1,
    )
)
