"""The same classifier behind FastAPI, as most people would write it: one text list a request, no batching.

    uvicorn fastapi_app:app --workers 2          (with the served model's folder on PYTHONPATH)
"""

import os
from pathlib import Path
from typing import Annotated

from classifier import Classifier
from fastapi import FastAPI
from pydantic import BaseModel, Field

app = FastAPI()
classifier = Classifier(
    Path(os.environ["TESTBED_MODEL_DIR"]), os.environ["TESTBED_RUNTIME"], 1, os.environ["TESTBED_GRAPH"]
)
classifier.probabilities(["Fine.", "Too slow, too dear, and it broke."])


class Question(BaseModel):
    texts: Annotated[list[str], Field(min_length=1, max_length=32)]


@app.post("/classify")
def classify(question: Question) -> dict:
    labels = classifier.labels
    rows = classifier.probabilities(question.texts).astype("float64").round(6).tolist()
    return {"results": [{"label": labels[row.index(max(row))], "scores": dict(zip(labels, row))} for row in rows]}


@app.get("/ready")
def ready() -> str:
    return "ready"
