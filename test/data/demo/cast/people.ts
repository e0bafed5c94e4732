import { namedUuid } from "../ids.ts";
import { DEVELOPMENT, MANAGEMENT, PRODUCTION, type Account, type Region } from "./accounts.ts";

export interface Person {
  /** The Identity Center user name, and so the session name of every role the person takes. */
  readonly email: string;
  readonly identityStoreUserId: string;
  readonly permissionSet: string;
  readonly accounts: readonly Account[];
  readonly regions: readonly Region[];
  /** Office and VPN addresses are private, as a company sees its own people. */
  readonly address: string;
  readonly browser: string;
  /** Works in a terminal rather than in the console. */
  readonly usesCli: boolean;
}

const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:136.0) Gecko/20100101 Firefox/136.0";
const CHROME =
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/134.0.0.0 Safari/537.36";
const EDGE =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/134.0.0.0 Safari/537.36 Edg/134.0.0.0";

interface Sketch {
  readonly name: string;
  readonly permissionSet: string;
  readonly accounts: readonly Account[];
  readonly regions: readonly Region[];
  readonly host: number;
  readonly browser: string;
  readonly usesCli?: boolean;
}

function person(sketch: Sketch): Person {
  const { name, host, permissionSet, accounts, regions, browser } = sketch;
  return {
    email: `${name}@fernhollow.example`,
    identityStoreUserId: namedUuid(`person/${name}`),
    address: `10.8.14.${host}`,
    usesCli: sketch.usesCli ?? false,
    permissionSet,
    accounts,
    regions,
    browser,
  };
}

/** Leads the platform team. */
const MIRA = person({
  name: "mira.okafor",
  permissionSet: "PlatformAdmin",
  accounts: [PRODUCTION, DEVELOPMENT, MANAGEMENT],
  regions: ["eu-central-1", "us-east-1", "us-west-2"],
  host: 21,
  browser: FIREFOX,
});

/** On call in the story's week: the defender. */
export const JONAS = person({
  name: "jonas.weber",
  permissionSet: "PlatformAdmin",
  accounts: [PRODUCTION, DEVELOPMENT],
  regions: ["eu-central-1", "eu-west-1"],
  host: 34,
  browser: CHROME,
});

export const STAFF: readonly Person[] = [
  MIRA,
  JONAS,
  person({
    name: "lena.santos",
    permissionSet: "Developer",
    accounts: [DEVELOPMENT],
    regions: ["us-east-1", "eu-central-1"],
    host: 52,
    browser: CHROME,
  }),
  person({
    name: "tomas.virtanen",
    permissionSet: "Developer",
    accounts: [DEVELOPMENT],
    regions: ["us-east-1", "eu-west-1"],
    host: 57,
    browser: FIREFOX,
    usesCli: true,
  }),
  person({
    name: "priya.keller",
    permissionSet: "Developer",
    accounts: [DEVELOPMENT, PRODUCTION],
    regions: ["eu-central-1"],
    host: 61,
    browser: EDGE,
  }),
  person({
    name: "aiko.brandt",
    permissionSet: "DataAnalyst",
    accounts: [PRODUCTION],
    regions: ["eu-central-1"],
    host: 73,
    browser: CHROME,
    usesCli: true,
  }),
  person({
    name: "noah.lindqvist",
    permissionSet: "ReadOnly",
    accounts: [PRODUCTION, DEVELOPMENT],
    regions: ["eu-central-1", "us-west-2"],
    host: 88,
    browser: EDGE,
  }),
];

/** Identity Center's directory, kept in the management account. */
export const IDENTITY_STORE_ARN = `arn:aws:identitystore::${MANAGEMENT.id}:identitystore/d-99670example`;
export const FINANCE_BROWSER = EDGE;
export const OWNER_BROWSER = CHROME;
