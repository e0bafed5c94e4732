import { accessKeyId } from "../ids.ts";
import { randomFor } from "../random.ts";
import { DEVELOPMENT, PRODUCTION } from "./accounts.ts";

/** The long-term key of `ci-deployer`: the pipeline's own until the story, then also the attacker's. */
export const LEAKED_KEY = accessKeyId("AKIA", DEVELOPMENT, randomFor("key/ci-deployer/1"));
/** What the pipeline uses after the defenders replaced the leaked key. */
export const REPLACEMENT_KEY = accessKeyId("AKIA", DEVELOPMENT, randomFor("key/ci-deployer/2"));
/** Made by the attacker for `backup-sync`. */
export const BACKDOOR_KEY = accessKeyId("AKIA", PRODUCTION, randomFor("key/backup-sync/1"));
