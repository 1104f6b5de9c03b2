// Loaded before anything else by every Node that the engine starts; for the language host's alone. An engine that is killed
// before the program is read leaves the SDK with closed pipes: its handler of uncaught errors writes about each failed write,
// which fails, for ever, at half a core. Who cannot tell anybody anything is at its end.
if (/[\\/]@pulumi[\\/]pulumi[\\/]cmd[\\/]run/.test(process.argv[1] ?? "")) {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => process.exit(1));
}
