"""What kind of file is this? Magika's ONNX model behind FastAPI: raw bytes in, a label and its score out."""

from __future__ import annotations

from fastapi import FastAPI, Request, Response
from magika import Magika

app = FastAPI()
magika = Magika()


@app.get("/healthz")
def healthz() -> dict:
    return {"ready": True}


@app.post("/identify")
async def identify(request: Request, response: Response) -> dict:
    body = await request.body()
    if not body:
        response.status_code = 400
        return {"error": "an empty body is no file"}
    found = magika.identify_bytes(body)
    return {"label": found.output.label, "score": found.score}
