import { fromNodeProviderChain, fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { UsageError } from "../errors.ts";
import type { ConnectionOptions } from "./connection-options.ts";

type Provider = ReturnType<typeof fromNodeProviderChain>;
export type Credentials = Awaited<ReturnType<Provider>>;

/** A minute before they end, credentials are asked for anew. */
const MARGIN_MS = 60_000;

/** Who asks: credentials from wherever the AWS tools find them, kept while they are valid, and renewed on demand. */
export class Identity {
  private readonly options: ConnectionOptions;
  private readonly region: string;
  private provider: Provider;
  private held: Credentials | null = null;

  constructor(options: ConnectionOptions, region: string) {
    this.options = options;
    this.region = region;
    this.provider = this.freshProvider();
  }

  /** The credentials of now. Throws the provider's error when there are none. */
  async current(): Promise<Credentials> {
    if (this.held === null || isEnding(this.held)) this.held = await this.provider();
    return this.held;
  }

  /** Reads files, SSO caches and roles again; true when that brought other credentials than before. */
  async renew(): Promise<boolean> {
    const before = this.held;
    this.provider = this.freshProvider();
    try {
      this.held = await this.provider();
    } catch {
      return false;
    }
    return this.held.accessKeyId !== before?.accessKeyId || this.held.sessionToken !== before.sessionToken;
  }

  private freshProvider(): Provider {
    const { profile, role_arn, external_id, mfa_serial } = this.options;
    const mfaCodeProvider = async (serial: string): Promise<string> => this.askMfaCode(serial);
    const own = fromNodeProviderChain({
      mfaCodeProvider,
      // What another program has just written must be seen.
      ignoreCache: true,
      ...(profile === null ? {} : { profile }),
    });
    if (role_arn === null) return own;
    return fromTemporaryCredentials({
      masterCredentials: own,
      mfaCodeProvider,
      clientConfig: { region: this.region },
      params: {
        RoleArn: role_arn,
        RoleSessionName: "coldtrail-sync",
        ...(external_id === null ? {} : { ExternalId: external_id }),
        ...(mfa_serial === null ? {} : { SerialNumber: mfa_serial }),
      },
    }) as Provider;
  }

  private async askMfaCode(serial: string): Promise<string> {
    const { askMfaCode } = this.options;
    if (askMfaCode !== null) return askMfaCode(serial);
    throw new UsageError({
      what: "An MFA code is needed",
      where: serial,
      fix: "Run the command in a terminal, or bring temporary credentials in the environment.",
    });
  }
}

function isEnding({ expiration }: Credentials): boolean {
  return expiration !== undefined && expiration.getTime() - Date.now() < MARGIN_MS;
}
