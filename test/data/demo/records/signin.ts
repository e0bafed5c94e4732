import type { Account, Region } from "../cast/accounts.ts";
import { isoTime } from "../clock.ts";
import { uuid } from "../ids.ts";
import type { JsonObject } from "../json.ts";
import type { Random } from "../random.ts";
import type { TrailRecord } from "./record.ts";

export interface SignIn {
  readonly at: number;
  /** Of the sign-in endpoint used; the record is delivered there. */
  readonly region: Region;
  readonly account: Account;
  readonly identity: JsonObject;
  readonly address: string;
  readonly userAgent: string;
  readonly name?: "ConsoleLogin" | "CheckMfa";
  /** A failure's message. Note that it comes without an error code. */
  readonly failure?: string;
  readonly mfa?: { readonly device: string } | "not-used";
  readonly samlProviderArn?: string;
}

/** A console sign-in: no request id, the outcome in `responseElements`. */
export function recordSignIn(signIn: SignIn, random: Random): TrailRecord {
  const name = signIn.name ?? "ConsoleLogin";
  const home = `https://${signIn.region}.console.aws.amazon.com/console/home`;
  return {
    eventVersion: "1.09",
    userIdentity: signIn.identity,
    eventTime: isoTime(signIn.at),
    eventSource: "signin.amazonaws.com",
    eventName: name,
    awsRegion: signIn.region,
    sourceIPAddress: signIn.address,
    userAgent: signIn.userAgent,
    errorMessage: signIn.failure,
    requestParameters: null,
    responseElements: { [name]: signIn.failure === undefined ? "Success" : "Failure" },
    additionalEventData: name === "CheckMfa" ? { MfaType: "Virtual MFA" } : loginFacts(signIn, home),
    eventID: uuid(random),
    readOnly: false,
    eventType: "AwsConsoleSignIn",
    managementEvent: true,
    recipientAccountId: signIn.account.id,
    eventCategory: "Management",
    tlsDetails: {
      tlsVersion: "TLSv1.3",
      cipherSuite: "TLS_AES_128_GCM_SHA256",
      clientProvidedHostHeader: `${signIn.region}.signin.aws.amazon.com`,
    },
  };
}

function loginFacts(signIn: SignIn, home: string): JsonObject {
  const device = typeof signIn.mfa === "object" ? signIn.mfa.device : undefined;
  return {
    LoginTo: `${home}?region=${signIn.region}`,
    MobileVersion: "No",
    MFAIdentifier: device,
    MFAUsed: device === undefined ? "No" : "Yes",
    SamlProviderArn: signIn.samlProviderArn,
  };
}
