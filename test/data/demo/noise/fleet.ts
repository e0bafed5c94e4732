import { PRODUCTION } from "../cast/accounts.ts";
import { serviceLinkedRole, WEB_INSTANCE_ROLE } from "../cast/principals.ts";
import { PRODUCTION_VPC } from "../cast/resources.ts";
import { DAYS, HOUR, isWeekend, on } from "../clock.ts";
import { hexText, uuid } from "../ids.ts";
import type { Random } from "../random.ts";
import { roleIdentity, serviceRoleCaller } from "../records/identity.ts";
import { recordCall, type Caller, type TrailRecord } from "../records/record.ts";
import { assumeRoleByService } from "../records/sts.ts";

const REGION = "eu-west-1";
const AGENT = "aws-sdk-go/1.55.7 (go1.24.1; linux; arm64) amazon-ssm-agent/";

/** Web servers in eu-west-1: more in the morning, fewer in the evening, each reporting to Systems Manager. */
export function webFleet(random: Random): TrailRecord[] {
  return DAYS.filter((day) => !isWeekend(day)).flatMap((day) => {
    const boot = on(day, "06:30") + random.integer(0, 240);
    const stop = on(day, "19:00") + random.integer(0, 240);
    const instances = [0, 1].map((host) => ({
      id: `i-0${hexText(random, 16)}`,
      address: `10.60.1.${20 + day * 2 + host}`,
    }));
    return [
      ...scale({ at: boot, name: "RunInstances", instances }, random),
      ...instances.flatMap((instance) => runInstance(instance, { boot, stop }, random)),
      ...scale({ at: stop, name: "TerminateInstances", instances }, random),
    ];
  });
}

interface Instance {
  readonly id: string;
  readonly address: string;
}

interface Scaling {
  readonly at: number;
  readonly name: "RunInstances" | "TerminateInstances";
  readonly instances: readonly Instance[];
}

function scale(scaling: Scaling, random: Random): TrailRecord[] {
  const role = serviceLinkedRole(PRODUCTION, "AutoScaling", "autoscaling.amazonaws.com");
  const { at, name, instances } = scaling;
  const caller = serviceRoleCaller({
    role,
    sessionName: "AutoScaling",
    createdAt: at,
    invokedBy: "autoscaling.amazonaws.com",
  });
  const requestId = uuid(random);
  const items = instances.map((instance) => ({ instanceId: instance.id }));
  const launch = {
    instancesSet: { items: [{ minCount: instances.length, maxCount: instances.length }] },
    instanceType: "m7g.large",
  };
  const launched = instances.map((instance) => ({
    instanceId: instance.id,
    instanceState: { code: 0, name: "pending" },
    instanceType: "m7g.large",
    vpcId: PRODUCTION_VPC,
    privateIpAddress: instance.address,
  }));
  const stopped = items.map((item) => ({ ...item, currentState: { code: 32, name: "shutting-down" } }));
  return [
    recordCall(
      caller,
      {
        at: at - 2,
        region: REGION,
        source: "ec2",
        name: "DescribeInstances",
        request: { instancesSet: {}, filterSet: {} },
      },
      random,
    ),
    recordCall(
      caller,
      {
        at,
        region: REGION,
        source: "ec2",
        name,
        requestId,
        request: name === "RunInstances" ? launch : { instancesSet: { items } },
        response: { requestId, instancesSet: { items: name === "RunInstances" ? launched : stopped } },
      },
      random,
    ),
  ];
}

/** A booting instance gets its role's credentials twice in one second, once per metadata version. */
function runInstance(instance: Instance, life: { boot: number; stop: number }, random: Random): TrailRecord[] {
  const ask = { at: life.boot + 8, role: WEB_INSTANCE_ROLE, sessionName: instance.id, region: REGION } as const;
  const [first, second] = [assumeRoleByService("ec2", ask, random), assumeRoleByService("ec2", ask, random)];
  const identity = roleIdentity({ ...second.session, ec2RoleDelivery: "2.0" });
  const agent: Caller = { identity, account: PRODUCTION, address: instance.address, userAgent: AGENT, tls: "TLSv1.2" };
  const records = [...first.records, ...second.records];
  const parameter = { name: "/web/config/current", withDecryption: false };
  records.push(
    recordCall(
      agent,
      { at: life.boot + 25, region: REGION, source: "ssm", name: "GetParameter", request: parameter },
      random,
    ),
  );
  for (let at = life.boot + 40; at < life.stop; at += HOUR) {
    const request = {
      instanceId: instance.id,
      agentVersion: "3.3.1957.0",
      agentStatus: "Active",
      platformType: "Linux",
    };
    const call = {
      at,
      region: REGION,
      source: "ssm",
      name: "UpdateInstanceInformation",
      readOnly: false,
      request,
    } as const;
    records.push(recordCall(agent, call, random));
  }
  return records;
}
