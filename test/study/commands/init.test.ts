import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { loadService } from "../../../infra/services/index.ts";
import { initCommand } from "../../../study/commands/init.ts";
import { sketchOfFolder, sketchOfUrls } from "../../../study/init/detect.ts";
import { fileNames, filesOf } from "../../../study/init/files.ts";
import type { Sketch } from "../../../study/init/sketch/sketch.ts";
import { loadStudy } from "../../../study/spec/study-file.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "init-"));
});

function file(name: string, text: string): void {
  mkdirSync(join(folder, name, ".."), { recursive: true });
  writeFileSync(join(folder, name), text);
}

/** As its file is read back, after all three files were written and found to be valid. */
async function written(sketch: Sketch) {
  for (const [name, text] of Object.entries(filesOf(sketch, "mine"))) file(name, text);
  const { service } = await loadStudy(join(folder, fileNames.study));
  return service.spec;
}

const requests = () =>
  readFileSync(join(folder, fileNames.requests), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

describe("testbed init sees", () => {
  it("a BentoML project: the service that others do not depend on, its API and what that takes", async () => {
    file("bentofile.yaml", 'service: "service:Outer"\n');
    file("requirements.txt", "bentoml\n");
    file(
      "service.py",
      `import bentoml
@bentoml.service(resources={"cpu": "2"})
class Inner:
    @bentoml.api(batchable=True)
    def encode(self, texts: list[str]) -> list: ...

@bentoml.service
class Outer:
    inner = bentoml.depends(Inner)
    @bentoml.api(route="/v1/embed")
    async def embed(self, text: str, count: int, mode: str = "a") -> dict:
        return {}
`,
    );
    const spec = await written(sketchOfFolder(folder));
    expect(spec.run).toMatchObject({ kind: "bentoml", project: ".", requirements: "requirements.txt" });
    expect(spec.ask).toMatchObject({ method: "POST", path: "/v1/embed" });
    expect(spec.ready.path).toBe("/readyz");
    expect(requests().map(Object.keys)).toEqual([1, 2, 3].map(() => ["text", "count"]));
  });

  it("a service of BentoML that no file names", async () => {
    file(
      "app/model.py",
      "import bentoml\n@bentoml.service\nclass Only:\n    @bentoml.api\n    def run(self, x: float) -> float:\n        return x\n",
    );
    const { run } = await written(sketchOfFolder(folder));
    expect(run).toMatchObject({ kind: "bentoml", service: "app/model.py:Only" });
  });

  it("a FastAPI application: its module, where it is healthy, and a body of its model's fields", async () => {
    file("requirements.lock", "fastapi\n");
    file(
      "src/main.py",
      `from fastapi import FastAPI
from pydantic import BaseModel

class Item(BaseModel):
    text: str
    scores: list[float]
    limit: int = 3

api = FastAPI(title="x")

@api.get("/health")
def health(): return {}

@api.post("/items/{kind}", response_model=dict)
async def predict(kind: str, item: Item, verbose: bool): return {}
`,
    );
    const spec = await written(sketchOfFolder(folder));
    expect(spec.run).toMatchObject({ kind: "command", requirements: "requirements.lock" });
    expect("command" in spec.run && spec.run.command).toContain("src.main:api");
    expect(spec.ready.path).toBe("/health");
    expect(spec.ask).toMatchObject({ method: "POST", path: "/items/1?verbose=true" });
    expect(requests()[1]).toEqual({ text: expect.any(String), scores: [1] });
  });

  it("a server for Node.js, and that it does not say where its port comes from", async () => {
    file("package.json", '{ "scripts": { "start": "node server.mjs" } }');
    file("server.mjs", 'app.get("/ready", f); app.post("/predict", g); app.listen(8080);\n');
    const sketch = sketchOfFolder(folder);
    const spec = await written(sketch);
    expect(spec.run).toMatchObject({ command: ["sh", "-c", "PORT={port} exec node server.mjs"] });
    expect([spec.ask.path, spec.ready.path]).toEqual(["/predict", "/ready"]);
    expect(sketch.unsure[0]).toContain("PORT");
  });

  it("a server for Node.js without a package.json, by the paths that it compares", async () => {
    file(
      "server.js",
      'if (req.url === "/health") end(); if (req.url === "/v1/generate") f(); s.listen(process.env.PORT);\n',
    );
    const spec = await written(sketchOfFolder(folder));
    expect(spec.run).toMatchObject({ command: ["sh", "-c", "PORT={port} exec node server.js"] });
    expect([spec.ask.path, spec.ready.path]).toEqual(["/v1/generate", "/health"]);
  });

  it.each<[string, Readonly<Record<string, string>>, readonly string[], string, string | undefined]>([
    [
      "gunicorn",
      { "requirements.txt": "flask\ngunicorn\n" },
      ["python", "-m", "gunicorn", "app:application", "--bind", "127.0.0.1:{port}"],
      "/predict",
      "/ping",
    ],
    [
      "its own server",
      {},
      ["python", "-m", "flask", "--app", "app:application", "run", "--host", "127.0.0.1", "--port", "{port}"],
      "/predict",
      "/ping",
    ],
  ])("a Flask application, by %s", async (_, files, command, path, ready) => {
    for (const [name, text] of Object.entries(files)) file(name, text);
    file(
      "app.py",
      `application = Flask(__name__)
@application.route("/ping")
def ping(): return "pong"
@application.route("/predict", methods=["POST"])
def predict(): return jsonify(x=request.get_json()["x"])
`,
    );
    const spec = await written(sketchOfFolder(folder));
    expect(spec.run).toMatchObject({ kind: "command", command });
    expect([spec.ask.path, spec.ready.path]).toEqual([path, ready]);
  });

  it("a server in Python that listens itself, at the port that is its argument", async () => {
    file("serve.py", 'HTTPServer(("127.0.0.1", int(sys.argv[1])), H).serve_forever()\n');
    const sketch = sketchOfFolder(folder);
    expect((await written(sketch)).run).toMatchObject({ command: ["python", "serve.py", "{port}"] });
    expect(sketch.unsure).toEqual(["the path, and what a request looks like"]);
  });

  it("a server in Go: its flag, its paths, and a folder of images as its bodies", async () => {
    file("go.mod", "module example.com/shape\n");
    file(
      "main.go",
      'package main\nfunc main() {\n p := flag.Int("port", 8080, "")\n http.HandleFunc("/healthz", h)\n http.HandleFunc("POST /v1/size", s)\n}\n',
    );
    file("images/a.png", "not empty");
    const spec = await written(sketchOfFolder(folder));
    expect(spec.run).toMatchObject({ command: ["go", "run", ".", "--port={port}"] });
    expect(spec.ask).toMatchObject({ method: "POST", path: "/v1/size", payload: { file: "images" } });
    expect(spec.ready.path).toBe("/healthz");
    file("shape", "a program");
    expect((await written(sketchOfFolder(folder))).run).toMatchObject({
      command: ["./shape", "--port={port}"],
    });
  });

  it("a server in Rust, by what cargo builds, and Tokio's threads", async () => {
    file("Cargo.toml", '[package]\nname = "echo"\n\n[dependencies]\ntokio = "1"\n');
    file("src/main.rs", 'let port = std::env::var("PORT"); Router::new().route("/embed", post(embed))\n');
    const spec = await written(sketchOfFolder(folder));
    expect(spec.run).toMatchObject({ command: ["./target/release/echo"], environment: { PORT: "{port}" } });
    expect(spec.ask.path).toBe("/embed");
    expect(Object.keys(spec.settings)).toEqual(["workers"]);
  });

  it.each<[string, Readonly<Record<string, string>>, readonly string[], string]>([
    [
      "Spring Boot, by its jar",
      {
        "pom.xml": "<artifactId>spring-boot-starter-web</artifactId>",
        "target/app-1.0.jar": "",
        "target/app-1.0-sources.jar": "",
        "src/main/java/App.java": '@PostMapping("/score")',
      },
      ["java", "-jar", "target/app-1.0.jar", "--server.port={port}", "--server.address=127.0.0.1"],
      "/score",
    ],
    [
      "one source file",
      {
        "Server.java":
          'public static void main(String[] a) { HttpServer.create(at(Integer.parseInt(a[0]))); s.createContext("/length", h); }',
      },
      ["java", "Server.java", "{port}"],
      "/length",
    ],
  ])("a server for the JVM: %s", async (_, files, command, path) => {
    for (const [name, text] of Object.entries(files)) file(name, text);
    const spec = await written(sketchOfFolder(folder));
    expect(spec.run).toMatchObject({ command });
    expect(spec.ask.path).toBe(path);
  });

  it("a Dockerfile: an image by digest, which a person must fill in", async () => {
    file("Dockerfile", "FROM scratch\nEXPOSE 9000\n");
    const sketch = sketchOfFolder(folder);
    const { run } = await written(sketch);
    expect(run).toMatchObject({ kind: "image", port: 9000 });
    expect(sketch.unsure).toContain("the image's digest");
  });

  it("nothing in an empty folder, and says what it knows", async () => {
    const sketch = sketchOfFolder(folder);
    expect(sketch.found).toContain("nothing that is known");
    expect((await written(sketch)).run.kind).toBe("command");
  });

  it("servers that run: a variant for each address, one path", async () => {
    const urls = ["https://a.example/v1/x?k=2", "https://b.example/v1/x"].map((url) => new URL(url));
    const spec = await written(sketchOfUrls(urls));
    expect(spec.run.kind).toBe("url");
    expect(spec.ask.path).toBe("/v1/x?k=2");
    expect(spec.variants).toEqual({
      baseline: { address: "https://a.example" },
      next: { address: "https://b.example" },
    });
  });
});

describe("testbed init", () => {
  it("overwrites nothing, and writes what is missing", async () => {
    file(fileNames.service, "mine\n");
    await initCommand.run([[folder] as unknown as string], { json: true });
    expect(readFileSync(join(folder, fileNames.service), "utf8")).toBe("mine\n");
    expect(readFileSync(join(folder, fileNames.study), "utf8")).toContain("defineStudy");
  });

  it.each([
    ["a folder that is not there", ["no/such/folder"], "there is no folder no/such/folder"],
    ["two folders", [".", ".."], "init takes one folder"],
    ["a folder among URLs", ["https://a.example", "here"], "these are not all URLs"],
  ])("refuses %s", async (_, what, message) => {
    await expect(initCommand.run([what as unknown as string], {})).rejects.toMatchObject({
      kind: "badInput",
      message,
    });
  });

  it("refuses a name that no service can have", async () => {
    const run = initCommand.run([[folder] as unknown as string], { name: "My Service" });
    await expect(run).rejects.toMatchObject({ kind: "badInput" });
    await expect(loadService(join(folder, fileNames.service))).rejects.toMatchObject({ kind: "badInput" });
  });
});
