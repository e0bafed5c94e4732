/** How to reach S3 and as whom. */
export interface ConnectionOptions {
  readonly profile: string | null;
  readonly region: string | null;
  readonly role_arn: string | null;
  readonly external_id: string | null;
  /** Serial number of an MFA device, asked for its code. */
  readonly mfa_serial: string | null;
  readonly endpoint_url: string | null;
  readonly path_style: boolean;
  readonly requester_pays: boolean;
  readonly expected_bucket_owner: string | null;
  readonly fips: boolean;
  readonly ca_bundle: string | null;
  readonly proxy: string | null;
  readonly concurrency: number;
  /** Asks the person for an MFA code; null when there is nobody to ask. */
  readonly askMfaCode: ((serial: string) => Promise<string>) | null;
}
