/** What `testbed init` makes up for a server whose source declares the type of its requests. */
import { expect, it } from "vitest";
import { declaredBodies } from "../../../../study/init/sketch/declared-bodies.ts";

const text = "The ferry leaves at eight.";

it.each<[string, string, unknown]>([
  [
    "Rust: what Axum reads, and not what it answers or is configured with",
    `#[derive(Deserialize)] struct Config { model: String }
     #[derive(Debug, Deserialize)]
     pub struct Text { pub text: String, #[serde(rename = "top-k")] k: u32, #[serde(default)] fast: bool, hint: Option<String> }
     #[derive(Serialize)] struct Upper { upper: String }
     async fn upper(State(s): State<S>, Json(t): Json<Text>) -> Json<Upper> {}`,
    { text, "top-k": 1 },
  ],
  [
    "Rust: lists, and types within types",
    `#[derive(Deserialize)] struct Request { items: Vec<Item>, scores: Vec<f64> }
     #[derive(Deserialize)] struct Item { flag: bool }`,
    { items: [{ flag: true }], scores: [0.5] },
  ],
  [
    "Go: a type that is decoded, by the names in its tags",
    `type answer struct {\n Y float64 \`json:"y"\`\n}
     type payload struct {\n X float64 \`json:"x"\`\n Words []string \`json:"words"\`\n Note string \`json:"note,omitempty"\`\n}
     func h() {\n var in payload\n json.NewDecoder(r.Body).Decode(&in)\n}`,
    { x: 0.5, words: [text] },
  ],
  [
    "Go: a struct without a name",
    'type other struct { A int `json:"a"` }\nvar in struct{ X float64 `json:"x"` }\nif err := json.NewDecoder(r.Body).Decode(&in); err != nil {}',
    { x: 0.5 },
  ],
  [
    "Java: the record of Spring's @RequestBody",
    'record Point(int x, int y) {}\nrecord Review(String text, List<Integer> stars) {}\n@PostMapping("/score") Score score(@RequestBody Review review) {}',
    { text, stars: [1] },
  ],
  [
    "Kotlin: a data class",
    "data class Review(val text: String, val stars: Int)\nfun score(@RequestBody review: Review): Score",
    { text, stars: 1 },
  ],
])("%s", (_, source, first) => {
  const bodies = declaredBodies(source)!;
  expect(bodies).toHaveLength(3);
  expect(bodies[0]).toEqual(first);
});

it.each([
  ["a record that nothing says is a request", "record Point(int x, int y) {}"],
  ["a server that reads bytes", "String text = new String(exchange.getRequestBody().readAllBytes());"],
  ["a type that is only answered", 'type answer struct { Y float64 `json:"y"` }'],
])("nothing of %s", (_, source) => {
  expect(declaredBodies(source)).toBeUndefined();
});
