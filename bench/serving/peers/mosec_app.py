"""The same classifier behind Mosec: an HTTP front in Rust, batches collected by it, two inference processes.

    python mosec_app.py --port 3000          (with the served model's folder on PYTHONPATH)
"""

import json
import os
from pathlib import Path

from classifier import Classifier
from mosec import Server, ValidationError, Worker

BATCH = int(os.environ.get("PEER_BATCH", "16"))
WAIT_MS = int(os.environ.get("PEER_WAIT_MS", "5"))


class Sentiment(Worker):
    def __init__(self):
        self.classifier = Classifier(
            Path(os.environ["TESTBED_MODEL_DIR"]), os.environ["TESTBED_RUNTIME"], 1, os.environ["TESTBED_GRAPH"]
        )
        self.classifier.probabilities(["Fine.", "Too slow, too dear, and it broke."])

    def deserialize(self, data):
        try:
            texts = json.loads(data)["texts"]
        except (KeyError, TypeError, ValueError) as error:
            raise ValidationError(str(error)) from error
        if not isinstance(texts, list) or not texts or not all(isinstance(text, str) for text in texts):
            raise ValidationError("texts: expected a list of strings")
        return texts

    def serialize(self, data):
        return json.dumps(data).encode()

    def forward(self, data):
        texts = [text for request in data for text in request]
        labels = self.classifier.labels
        rows = self.classifier.probabilities(texts).astype("float64").round(6).tolist()
        results = iter({"label": labels[row.index(max(row))], "scores": dict(zip(labels, row))} for row in rows)
        return [{"results": [next(results) for _ in request]} for request in data]


if __name__ == "__main__":
    server = Server()
    server.append_worker(Sentiment, num=2, max_batch_size=BATCH, max_wait_time=WAIT_MS, route="/classify")
    server.run()
