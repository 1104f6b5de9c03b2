"""The two shapes of model that are served, as PyTorch modules: token ids and mask in, logits out.

Imported only where PyTorch is needed (the torch runtime and the export); ONNX serving never loads this.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn


class RobertaClassifier(nn.Module):
    """RoBERTa with its own two-layer classification head on the first token, as in published checkpoints."""

    def __init__(self, config: dict[str, Any]):
        from transformers.models.roberta import RobertaConfig
        from transformers.models.roberta.modeling_roberta import RobertaForSequenceClassification

        super().__init__()
        self.model = RobertaForSequenceClassification(RobertaConfig(**config))

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        return self.model(input_ids=input_ids, attention_mask=attention_mask, return_dict=False)[0]

    def features(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """What the last linear layer sees."""
        hidden = self.model.roberta(input_ids=input_ids, attention_mask=attention_mask, return_dict=False)[0]
        return torch.tanh(self.model.classifier.dense(hidden[:, 0]))

    @property
    def head(self) -> nn.Linear:
        return self.model.classifier.out_proj


class MeanPoolClassifier(nn.Module):
    """A BERT encoder, the mean of its token vectors, and one linear layer."""

    def __init__(self, config: dict[str, Any]):
        from transformers.models.bert import BertConfig
        from transformers.models.bert.modeling_bert import BertModel

        super().__init__()
        self.encoder = BertModel(BertConfig(**config), add_pooling_layer=False)
        self.head = nn.Linear(config["hidden_size"], config["num_labels"])

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        return self.head(self.features(input_ids, attention_mask))

    def features(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask, return_dict=False)[0]
        weights = attention_mask.unsqueeze(-1).to(hidden.dtype)
        return (hidden * weights).sum(1) / weights.sum(1)


ARCHITECTURES = {"roberta": RobertaClassifier, "bert-mean-pool": MeanPoolClassifier}


def build(architecture: str, config: dict[str, Any]) -> RobertaClassifier | MeanPoolClassifier:
    """In evaluation mode: Dropout that is still on would leak into the export and into every answer."""
    return ARCHITECTURES[architecture](config).eval()


def load(architecture: str, config: dict[str, Any], weights: str) -> RobertaClassifier | MeanPoolClassifier:
    from safetensors.torch import load_file

    model = build(architecture, config)
    model.load_state_dict(load_file(weights), strict=True)
    return model.eval()
