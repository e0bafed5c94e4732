import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NONE, targetOf, type TargetCase } from "./target-case.ts";

describe("the names of parameters", () => {
  test.each<[string, TargetCase, string, string]>([
    // The event's noun.
    [
      "rds:CreateDBSnapshot",
      { request: { dBInstanceIdentifier: "db", dBSnapshotIdentifier: "snap" } },
      "snap",
      "requestParameters.dBSnapshotIdentifier",
    ],
    [
      "rds:ModifyDBSnapshotAttribute",
      { request: { attributeName: "restore", dBSnapshotIdentifier: "snap" } },
      "snap",
      "requestParameters.dBSnapshotIdentifier",
    ],
    [
      "rds:DescribeDBInstances",
      { request: { dBInstanceIdentifier: "db" } },
      "db",
      "requestParameters.dBInstanceIdentifier",
    ],
    [
      "rds:CreateDBInstance",
      { request: { dBName: "n", dBInstanceIdentifier: "db" } },
      "db",
      "requestParameters.dBInstanceIdentifier",
    ],
    ["guardduty:DeleteDetector", { request: { detectorId: "d" } }, "d", "requestParameters.detectorId"],
    [
      "ec2:AssociateRouteTable",
      { request: { routeTableId: "rtb-1", subnetId: "subnet-1" } },
      "rtb-1",
      "requestParameters.routeTableId",
    ],
    ["ec2:DeleteVpc", { request: { vpcId: "vpc-1" } }, "vpc-1", "requestParameters.vpcId"],
    ["account:EnableRegion", { request: { RegionName: "eu-north-1" } }, "eu-north-1", "requestParameters.RegionName"],
    // EC2's wrapper and its content objects.
    [
      "ec2:DeleteFlowLogs",
      { request: { DeleteFlowLogsRequest: { FlowLogId: { tag: 1, content: "fl-1" } } } },
      "fl-1",
      "requestParameters.DeleteFlowLogsRequest.FlowLogId",
    ],
    [
      "ec2:DeleteFlowLogs",
      {
        request: {
          DeleteFlowLogsRequest: {
            FlowLogId: [
              { tag: 1, content: "fl-1" },
              { tag: 2, content: "fl-2" },
            ],
          },
        },
      },
      '["fl-1","fl-2"]',
      "requestParameters.DeleteFlowLogsRequest.FlowLogId",
    ],
    [
      "ec2:DeleteTransitGatewayVpcAttachment",
      { request: { DelTGwVpcAttachReq: { TransitGatewayAttachmentId: "tgw-1" } } },
      "tgw-1",
      "requestParameters.DelTGwVpcAttachReq.TransitGatewayAttachmentId",
    ],
    // A created thing is in the response, not its parent in the request.
    [
      "ec2:CreateVpcEndpoint",
      {
        request: { CreateVpcEndpointRequest: { VpcId: "vpc-1" } },
        response: { CreateVpcEndpointResponse: { vpcEndpoint: { vpcEndpointId: "vpce-1", vpcId: "vpc-1" } } },
      },
      "vpce-1",
      "responseElements.CreateVpcEndpointResponse.vpcEndpoint.vpcEndpointId",
    ],
    [
      "ec2:CreateSubnet",
      {
        request: { vpcId: "vpc-1", cidrBlock: "10.0.0.0/24" },
        response: { requestId: "r", subnet: { subnetId: "subnet-1", ownerId: "1" } },
      },
      "subnet-1",
      "responseElements.subnet.subnetId",
    ],
    [
      "rolesanywhere:CreateProfile",
      {
        request: { name: "p", roleArns: ["arn:r"] },
        response: { profile: { name: "p", profileArn: "arn:p", profileId: "id" } },
      },
      "id",
      "responseElements.profile.profileId",
    ],
    [
      "guardduty:CreateDetector",
      { request: { enable: true }, response: { detectorId: "d" } },
      "d",
      "responseElements.detectorId",
    ],
    // A failed one has no response.
    ["rolesanywhere:CreateProfile", { request: { name: "p", roleArns: ["arn:r"] } }, "p", "requestParameters.name"],
    ["ec2:CreateSubnet", { request: { vpcId: "vpc-1", cidrBlock: "10.0.0.0/24" } }, "vpc-1", "requestParameters.vpcId"],
    // Resource, then the plain names, then any other, then what only accompanies.
    ["rds:ListTagsForResource", { request: { resourceName: "arn:db" } }, "arn:db", "requestParameters.resourceName"],
    ["wafv2:DisassociateWebACL", { request: { resourceArn: "arn:lb" } }, "arn:lb", "requestParameters.resourceArn"],
    ["x:Frobnicate", { request: { zoneId: "z", name: "n", roleArn: "arn:r" } }, "n", "requestParameters.name"],
    ["x:FrobnicateWidget", { request: { zoneId: "z", kmsKeyId: "k" } }, "z", "requestParameters.zoneId"],
    ["x:FrobnicateWidget", { request: { subnetIds: ["s"] } }, "s", "requestParameters.subnetIds"],
    ["x:FrobnicateWidget", { details: { widgetId: 7 } }, "7", "serviceEventDetails.widgetId"],
  ])("%s of %j give %s", (event, record, ...[target, target_source]) => {
    expect(targetOf(event, record)).toEqual({ target, target_source });
  });

  test.each([
    { clientToken: "t", clientRequestToken: "t", nextToken: "t", idempotencyToken: "t" },
    { roleSessionName: "s", requestId: "r", versionId: "v", attributeName: "a", statementId: "x" },
    { Host: "h", maxResults: 5, "x-amz-id": "i", marker: "m", masterUsername: "admin" },
    { deletionProtectionId: true, widgetId: null, zoneId: {}, otherId: [], thirdId: "", fourthId: "  " },
    { tags: [{ key: "Name", value: "n" }], tagSet: { items: [{ key: "Name" }] } },
  ])("%j names nothing", (request) => {
    expect(targetOf("x:FrobnicateWidget", { request })).toEqual(NONE);
  });

  test("the order of keys changes nothing", () => {
    const keys = fc.uniqueArray(
      fc.constantFrom("name", "zoneId", "widgetArn", "widgetId", "resourceArn", "roleArn", "areaName", "areaId"),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(
        keys.chain((chosen) =>
          fc.tuple(fc.constant(chosen), fc.shuffledSubarray(chosen, { minLength: chosen.length })),
        ),
        ([one, other]) => {
          const request = (order: readonly string[]): unknown =>
            Object.fromEntries(order.map((key) => [key, `v-${key}`]));
          expect(targetOf("x:DeleteWidget", { request: request(one) })).toEqual(
            targetOf("x:DeleteWidget", { request: request(other) }),
          );
        },
      ),
    );
  });
});
