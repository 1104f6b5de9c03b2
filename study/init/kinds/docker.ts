/** An image built from a Dockerfile: for the targets on Kubernetes. */
import { type Kind, threads } from "../sketch/sketch.ts";
import { textOf } from "../sketch/source-files.ts";

export const docker: Kind = {
  look(folder) {
    const text = textOf(folder, "Dockerfile") ?? textOf(folder, "Containerfile");
    if (text === undefined) return undefined;
    const port = Number(/^EXPOSE\s+(\d+)/im.exec(text)?.[1] ?? 8000);
    return {
      found: `a Dockerfile, whose image listens on ${port}`,
      run: [
        'kind: "image",',
        "// By digest, since a tag is another image tomorrow. After `docker push`, this prints it:",
        "//   docker inspect --format '{{index .RepoDigests 0}}' <image>",
        `image: "registry.example/name@sha256:${"0".repeat(64)}",`,
        '// Without a registry: `docker save <image> --output image.tar`, and archive: "image.tar".',
        `port: ${port},`,
      ],
      ...threads,
      readyPath: undefined,
      method: "POST",
      path: "/predict",
      bodies: [{}],
      unsure: ["the image's digest", "the path, and what a request looks like"],
    };
  },
};
