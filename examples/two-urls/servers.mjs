// Two servers to try this with: node servers.mjs <folder of cert.pem and key.pem>. The token is GREETINGS_TOKEN's.
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { join } from "node:path";

const folder = process.argv[2] ?? ".";
const tls = { cert: readFileSync(join(folder, "cert.pem")), key: readFileSync(join(folder, "key.pem")) };
const words = { en: "Hello", fr: "Bonjour", es: "Hola", de: "Hallo" };

// Version 2 does a little more work for the same answer.
for (const { port, rounds } of [
  { port: 8443, rounds: 1 },
  { port: 8444, rounds: 2000 },
]) {
  createServer(tls, async (request, response) => {
    const answer = (status, body) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (request.url === "/healthz") return answer(200, { ready: true });
    if (request.headers.authorization !== `Bearer ${process.env.GREETINGS_TOKEN}`) {
      return answer(401, { error: "no valid token" });
    }
    let text = "";
    for await (const part of request) text += part;
    const { name, language } = JSON.parse(text);
    let greeting = "";
    for (let round = 0; round < rounds; round++) greeting = `${words[language]}, ${name}!`.normalize("NFC");
    answer(200, { greeting });
  }).listen(port, "127.0.0.1", () => console.log(`listening on https://127.0.0.1:${port}`));
}
