"""A wrong environment is told whole, at once."""

import tempfile
import unittest
from pathlib import Path

from settings import SettingsError, has_bf16, read_settings


def environment(**settings):
    folder = tempfile.mkdtemp(prefix="testbed-settings-")
    Path(folder, "model.json").write_text("{}")
    return {"TESTBED_MODEL_DIR": folder, **{f"TESTBED_{name.upper()}": value for name, value in settings.items()}}


class Settings(unittest.TestCase):
    def test_every_problem_is_told_at_once(self):
        with self.assertRaises(SettingsError) as raised:
            read_settings({"TESTBED_RUNTIME": "tensorrt", "TESTBED_WORKERS": "+2", "TESTBED_LENGTH_BUCKETS": "yes"})
        for name in ("MODEL_DIR", "RUNTIME", "WORKERS", "LENGTH_BUCKETS"):
            self.assertIn(f"TESTBED_{name}", str(raised.exception))

    def test_streams_pins_and_batches_of_one_belong_to_the_queue(self):
        for wrong in ({"streams": "2"}, {"batching": "dispatcher", "batch_max_size": "1"}, {"pinned": "on"}):
            with self.assertRaises(SettingsError):
                read_settings(environment(**wrong))
        self.assertEqual(read_settings(environment(batching="queue", streams="2", batch_max_size="1")).streams, 2)

    def test_only_several_threads_of_onnx_runtime_spin(self):
        for wrong in ({}, {"threads": "2", "runtime": "torch"}):
            with self.assertRaises(SettingsError):
                read_settings(environment(**{"runtime": "onnx-int8", "spinning": "on", **wrong}))
        self.assertTrue(read_settings(environment(runtime="onnx-int8", threads="2", spinning="on")).spinning)

    def test_bf16_is_for_cpus_that_have_it(self):
        with tempfile.TemporaryDirectory() as folder:
            for flags, expected in (("fpu avx512f amx_bf16", True), ("fpu avx2", False)):
                file = Path(folder, "cpuinfo")
                file.write_text(f"processor: 0\nflags : {flags}\n")
                self.assertEqual(has_bf16(file), expected)
            self.assertFalse(has_bf16(Path(folder, "absent")))
