import { describe, expect, it } from "vitest";
import { pluginToTake } from "../../../../infra/toolchain/provide/plugin-mirror.ts";

const plugin = { name: "kubernetes", version: "4.34.2" };
const linux = { os: "linux", arch: "x64" } as const;
const take = (overrides?: string) =>
  pluginToTake(plugin, { PULUMI_PLUGIN_DOWNLOAD_URL_OVERRIDES: overrides }, linux);
const archive = "pulumi-resource-kubernetes-v4.34.2-linux-amd64.tar.gz";

// The rules of the engine: pulumi 3.259, sdk/go/common/workspace/plugins.go.
describe("the mirror of a plugin", () => {
  it("is not there unless the engine's variable names one", () => {
    expect(take()).not.toHaveProperty("publishedAt");
    expect(take("pulumi-aws=https://mirror.test/aws").url).toMatch(/^https:\/\/github\.com\/pulumi\//);
  });

  it("is the first whose pattern matches the plugin's usual source", () => {
    const { url, checksumsUrl, publishedAt, what } = take(
      "pulumi-aws=https://one.test,^github://api\\.github\\.com/pulumi/=https://two.test/plugins/,kubernetes=https://three.test",
    );
    expect(url).toBe(`https://two.test/plugins/${archive}`);
    expect(checksumsUrl).toBe("https://two.test/plugins/pulumi-kubernetes_4.34.2_checksums.txt");
    expect(publishedAt).toMatch(`github.com/pulumi/pulumi-kubernetes/releases/download/v4.34.2/${archive}`);
    expect(what).toBe("the kubernetes plugin 4.34.2 from the mirror https://two.test/plugins");
  });

  it("may have a folder for each plugin, version and platform", () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the engine replaces these.
    const { url } = take(".*=https://mirror.test/${NAME}/${VERSION}/${OS}-${ARCH}");
    expect(url).toBe(`https://mirror.test/kubernetes/4.34.2/linux-amd64/${archive}`);
  });

  it.each(["no-pair", "=https://mirror.test", "a=b=c", "(=https://mirror.test"])(
    "is refused as %s",
    (overrides) => {
      expect(() => take(overrides)).toThrow(
        expect.objectContaining({
          kind: "badInput",
          problems: [expect.objectContaining({ expected: "regexp=URL,regexp=URL", got: overrides })],
        }),
      );
    },
  );
});
