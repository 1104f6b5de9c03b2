import tempfile
import unittest
from pathlib import Path

from architectures import build
from preparation.export import export
from preparation.made import LABELS, Made

CONFIG = {
    "vocab_size": 16,
    "max_position_embeddings": 34,
    "type_vocab_size": 1,
    "layer_norm_eps": 1e-5,
    "num_labels": len(LABELS),
    "pad_token_id": 1,
    "hidden_size": 8,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "intermediate_size": 8,
}


class Export(unittest.TestCase):
    def test_holds_nothing_of_the_checkout_that_made_it(self):
        made = Made(
            model=build("roberta", CONFIG),
            tokenizer=None,
            architecture="roberta",
            config=CONFIG,
            source="",
            licence="",
            synthetic=True,
            pad=1,
            max_tokens=32,
        )
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.onnx"
            export(made, path)
            content = path.read_bytes()
        self.assertGreater(len(content), 1_000)
        for trace in (b"architectures.py", b"/preparation/", b"stack_trace"):
            self.assertNotIn(trace, content)


if __name__ == "__main__":
    unittest.main()
