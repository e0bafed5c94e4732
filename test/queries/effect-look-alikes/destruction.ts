import { STRANGE_KEY, CUSTOMER, times, object, daily, by, forService, noted, type Scenes } from "./parts.ts";

export const DESTRUCTION: Scenes = {
  // Ransom: in two steps, under another name, and what is none.
  "read, then written over with a key of one's own": [
    "s3-ransom",
    "high",
    [
      ...times(20, (i) => object("GetObject", "vault", `k${i}`)),
      ...times(20, (i) => object("PutObject", "vault", `k${i}`, CUSTOMER)),
    ],
  ],
  "read, then written over with a stranger's key": [
    "s3-ransom",
    "high",
    [
      ...times(20, (i) => object("GetObject", "safe", `k${i}`)),
      ...times(20, (i) =>
        object("PutObject", "safe", `k${i}`, { "x-amz-server-side-encryption-aws-kms-key-id": STRANGE_KEY }),
      ),
    ],
  ],
  "a program whose files have had such a key all along": [
    "s3-ransom",
    "low",
    [
      ...times(20, (i) => object("GetObject", "program", `k${i}`, CUSTOMER)),
      ...times(20, (i) => object("PutObject", "program", `k${i}`, CUSTOMER)),
    ],
  ],
  "copies from another bucket under a shared key": [
    "s3-ransom",
    "medium",
    times(20, (i) =>
      object("CopyObject", "lake", `k${i}`, {
        "x-amz-copy-source": `landing%2Fk${i}`,
        "x-amz-server-side-encryption-aws-kms-key-id": STRANGE_KEY,
      }),
    ),
  ],
  "copies onto themselves": [
    "s3-ransom",
    "high",
    times(20, (i) => object("CopyObject", "held", `k${i}`, { "x-amz-copy-source": `held%2Fk${i}`, ...CUSTOMER })),
  ],
  "a note that asks for money": ["s3-ransom", "critical", noted("n1", "HOW_TO_DECRYPT_FILES.txt")],
  "a note that begins with a warning": ["s3-ransom", "critical", noted("n2", "!!!READ_ME!!!.txt")],
  "a site with a program for decryption": ["s3-ransom", "low", noted("site", "js/decrypt.7f.js")],
  "a site that explains backups": ["s3-ransom", "low", noted("docs", "guides/how-to-restore-backups.html")],
  "a site that explains ransomware": ["s3-ransom", "low", noted("blog", "posts/ransomware-explained.html")],

  // Destruction, and tidying up.
  "old snapshots, every night": [
    "destructive-actions",
    "medium",
    daily((i) => ["rds:DeleteDBSnapshot", { dBSnapshotIdentifier: `s${i}` }, by("CLEANER", "fn")]),
  ],
  "databases, once": [
    "destructive-actions",
    "high",
    times(5, (i) => ["rds:DeleteDBSnapshot", { dBSnapshotIdentifier: `t${i}` }]),
  ],
  "a backup plan at work": [
    "destructive-actions",
    "informational",
    times(12, (i) => ["rds:DeleteDBSnapshot", { dBSnapshotIdentifier: `awsbackup:${i}` }, forService("backup")]),
  ],
  "a key store made and cut off": [
    "destructive-actions",
    "medium",
    [
      ["kms:CreateCustomKeyStore", { customKeyStoreName: "x", customKeyStoreType: "EXTERNAL_KEY_STORE" }],
      ["kms:DisconnectCustomKeyStore", { customKeyStoreId: "cks-1" }],
    ],
  ],
  "key material from outside": ["kms-key-grants", "medium", [["kms:ImportKeyMaterial", { keyId: "k" }]]],
  "a key of KMS itself": ["kms-key-grants", "no row", [["kms:CreateKey", { origin: "AWS_KMS" }]]],
  "one test database": [
    "recovery-inhibited",
    "medium",
    [["rds:DeleteDBInstance", { dBInstanceIdentifier: "d", skipFinalSnapshot: true, deleteAutomatedBackups: true }]],
  ],
  "three databases with their backups": [
    "recovery-inhibited",
    "high",
    times(3, (i) => [
      "rds:DeleteDBInstance",
      { dBInstanceIdentifier: `d${i}`, skipFinalSnapshot: true, deleteAutomatedBackups: true },
    ]),
  ],
  "old keys, every night": [
    "access-removal",
    "medium",
    daily((i) => ["iam:UpdateAccessKey", { userName: `u${i}`, status: "Inactive" }, by("ROTATOR", "fn")]),
  ],
  "everybody locked out": [
    "access-removal",
    "high",
    times(6, (i) => ["iam:DeleteLoginProfile", { userName: `v${i}` }]),
  ],
};
