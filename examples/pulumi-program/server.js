// What is deployed: any program that listens on the port that it is told.
import { createServer } from "node:http";

const [port] = process.argv.slice(2);
const words = Number(process.env.WORDS ?? "3");

createServer((request, response) => {
  response.setHeader("content-type", "application/json");
  if (request.url === "/healthz") response.end("{}");
  else response.end(JSON.stringify({ greeting: Array(words).fill("hello").join(" ") }));
}).listen(Number(port), "127.0.0.1", () => console.log(`listening on ${port}`));
