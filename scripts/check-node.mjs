// Every npm script runs this first. Plain JavaScript without newer syntax, so that an old Node reaches the message
// instead of a syntax error. The minimum is the one in `engines` of package.json; test/check-node.test.ts compares them.
const MINIMUM = [22, 12];

const [major, minor] = process.versions.node.split(".").map(Number);
const isNewEnough = major > MINIMUM[0] || (major === MINIMUM[0] && minor >= MINIMUM[1]);

if (!isNewEnough) {
  console.error(
    `coldtrail: its scripts need Node ${MINIMUM.join(".")} or newer, but this is Node ${process.versions.node}. ` +
      "Run plain `npm ci` (it installs Node 24 for the scripts; --ignore-scripts and --omit=dev leave it out), then try again.",
  );
  process.exitCode = 2;
}
