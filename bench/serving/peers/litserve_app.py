"""The same classifier behind LitServe: batches collected by it, two inference processes.

    python litserve_app.py --port 3000          (with the served model's folder on PYTHONPATH)
"""

import os
import sys
from pathlib import Path

import litserve
from classifier import Classifier

BATCH = int(os.environ.get("PEER_BATCH", "16"))
WAIT_MS = int(os.environ.get("PEER_WAIT_MS", "5"))


class Sentiment(litserve.LitAPI):
    def setup(self, device):
        self.classifier = Classifier(
            Path(os.environ["TESTBED_MODEL_DIR"]), os.environ["TESTBED_RUNTIME"], 1, os.environ["TESTBED_GRAPH"]
        )
        self.classifier.probabilities(["Fine.", "Too slow, too dear, and it broke."])

    def decode_request(self, request):
        return request["texts"]

    def batch(self, inputs):
        return inputs

    def unbatch(self, output):
        return output

    def predict(self, requests):
        texts = [text for request in requests for text in request]
        labels = self.classifier.labels
        rows = self.classifier.probabilities(texts).astype("float64").round(6).tolist()
        results = iter({"label": labels[row.index(max(row))], "scores": dict(zip(labels, row))} for row in rows)
        return [{"results": [next(results) for _ in request]} for request in requests]

    def encode_response(self, output):
        return output


if __name__ == "__main__":
    api = Sentiment(max_batch_size=BATCH, batch_timeout=WAIT_MS / 1000, api_path="/classify")
    server = litserve.LitServer(api, accelerator="cpu", workers_per_device=2)
    server.run(host="127.0.0.1", port=int(sys.argv[sys.argv.index("--port") + 1]), generate_client_file=False)
