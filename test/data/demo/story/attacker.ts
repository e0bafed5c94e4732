import { DEVELOPMENT, PRODUCTION } from "../cast/accounts.ts";
import { BACKDOOR_KEY, LEAKED_KEY } from "../cast/credentials.ts";
import { BACKDOOR_USER, CI_USER } from "../cast/principals.ts";
import { on, STORY_DAY } from "../clock.ts";
import { userIdentity } from "../records/identity.ts";
import type { Caller } from "../records/record.ts";

/** A rented server: scripts and command line. */
export const SERVER_ADDRESS = "203.0.113.77";
/** A second exit, used for the browser and the download. */
export const BROWSER_ADDRESS = "198.51.100.146";
export const ATTACKER_ADDRESSES: readonly string[] = [SERVER_ADDRESS, BROWSER_ADDRESS];

export const SCRIPT =
  "Boto3/1.37.18 md/Botocore#1.37.18 ua/2.1 os/linux#6.12.13-amd64 md/arch#x86_64 lang/python#3.13.2";
export const BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0";
/** Clears a careless terminal and writes a lie in green: a viewer must show it as text. */
export const HOSTILE_USER_AGENT =
  "aws-cli/2.25.3 \u001b[2J\u001b[H\u001b[32mno findings\u001b[0m md/command#ec2.describe-volumes";

/** The command line of a penetration tester's Linux; the command's name stands in it. */
export function kali(command: string): string {
  return `aws-cli/2.23.6 md/awscrt#0.23.8 ua/2.1 os/linux#6.12.13-amd64 md/arch#x86_64 lang/python#3.13.2 md/distrib#kali.2026 md/prompt#off md/command#${command}`;
}

/** A time of the story's night. */
export function tonight(time: string): number {
  return on(STORY_DAY, time);
}

/** `ci-deployer` with the leaked key, from where the pipeline never was. */
export function withLeakedKey(userAgent: string): Caller {
  const identity = userIdentity(CI_USER, LEAKED_KEY);
  return { identity, account: DEVELOPMENT, address: SERVER_ADDRESS, userAgent, tls: "TLSv1.3" };
}

/** `backup-sync` with the key that the attacker made for it. */
export function withBackdoorKey(userAgent: string, address = SERVER_ADDRESS): Caller {
  const identity = userIdentity(BACKDOOR_USER, BACKDOOR_KEY);
  return { identity, account: PRODUCTION, address, userAgent, tls: "TLSv1.3" };
}
