/** One clear line for whoever runs coldtrail on a Node that it does not support. */
export function reportOldNode(version: string): void {
  process.stderr.write(
    `coldtrail needs Node 22.12 or later; this is Node ${version}. Install a newer Node and try again.\n`,
  );
}
