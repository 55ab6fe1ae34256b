// Runs `npm ci` with the user's settings for reaching a registry, and ignores all other settings.
//
// An npmrc or an npm_config_* variable could run scripts, omit packages, or install for another platform or into another
// folder. The lock alone decides what is installed, so the allowed settings are listed here.
//
// Usage: node npm_install.cjs FOLDER_OF_NPM, in the folder of package.json and package-lock.json.
"use strict";

const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");

// Settings for reaching a registry and for caching, as npm 11 names them.
const WANTED = new Set([
  "ca",
  "cache",
  "cafile",
  "cert",
  "fetch-retries",
  "fetch-retry-factor",
  "fetch-retry-maxtimeout",
  "fetch-retry-mintimeout",
  "fetch-timeout",
  "https-proxy",
  "key",
  "local-address",
  "maxsockets",
  "noproxy",
  "offline",
  "prefer-offline",
  "prefer-online",
  "proxy",
  "registry",
  "replace-registry-host",
  "strict-ssl",
]);

// The same for one scope or one host: `@scope:registry`, `//host/path/:_authToken`.
const OF_A_SCOPE = /^@[^:]+:registry$/;
const OF_A_HOST = /^\/\/.*:(_auth|_authToken|_password|certfile|email|keyfile|username)$/;

// Node's own variables are passed on.
const NOT_INHERITED = /^(npm_|prefix$|destdir$)/i;

// The machine's global configuration. npm would only look for it next to this Node.
const GLOBAL_CONFIGS = ["/etc/npmrc", "/usr/etc/npmrc", "/usr/local/etc/npmrc"];

const OPTIONS = [
  "ci",
  "--ignore-scripts",
  "--no-audit",
  "--no-bin-links",
  "--no-fund",
  "--no-progress",
  "--no-update-notifier",
  "--include=dev",
  "--include=optional",
  "--include=peer",
  "--logs-max=0",
  "--loglevel=error",
];

async function readSettings(npm) {
  const Config = require(path.join(npm, "node_modules/@npmcli/config"));
  const words = require(path.join(npm, "node_modules/@npmcli/config/lib/definitions"));
  const globalconfig = GLOBAL_CONFIGS.find((file) => fs.existsSync(file));
  const config = new Config({
    ...words,
    argv: [process.execPath, npm, `--prefix=${process.cwd()}`],
    env: { ...(globalconfig && { npm_config_globalconfig: globalconfig }), ...process.env },
    npmPath: npm,
    warn: false,
  });
  await config.load();
  const settings = {};
  for (const where of ["builtin", "global", "user", "env"]) {
    for (const [name, value] of Object.entries(config.data.get(where).data)) {
      if (WANTED.has(name) || OF_A_SCOPE.test(name) || OF_A_HOST.test(name)) settings[name] = value;
    }
  }
  return settings;
}

// pip and apt trust the system's certificates, which may include a company proxy's. Node has its own list, and must be
// told to use the system's too. The user's own variables override these, and npm's `ca` overrides both.
function environment() {
  const bundle = process.env.REQUESTS_CA_BUNDLE || process.env.CURL_CA_BUNDLE;
  return {
    NODE_USE_SYSTEM_CA: "1", // SSL_CERT_FILE and SSL_CERT_DIR too
    ...(bundle && { NODE_EXTRA_CA_CERTS: bundle }),
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !NOT_INHERITED.test(name))),
  };
}

// The folder is private to this user, because a setting may be a password.
function withSettings(npm, settings, run) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "npm-settings-"));
  try {
    const file = path.join(folder, "npmrc");
    fs.writeFileSync(file, require(path.join(npm, "node_modules/ini")).stringify(settings), { mode: 0o600 });
    return run([`--userconfig=${file}`, `--globalconfig=${path.join(folder, "none")}`]);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

async function main(npm) {
  return withSettings(npm, await readSettings(npm), (configs) => {
    const words = [path.join(npm, "bin/npm-cli.js"), ...OPTIONS, `--prefix=${process.cwd()}`, ...configs];
    const { status } = spawnSync(process.execPath, words, { env: environment(), stdio: "inherit" });
    // npm creates no folder if there are no packages.
    fs.mkdirSync("node_modules", { recursive: true });
    return status ?? 1;
  });
}

main(process.argv[2]).then((status) => (process.exitCode = status));
