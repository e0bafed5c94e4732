import { describe, expect, test } from "vitest";
import { NONE, targetOf, type TargetCase } from "./target-case.ts";

describe("filters", () => {
  test.each<[string, TargetCase, string, string]>([
    [
      "ec2:DescribeRouteTables",
      {
        request: {
          routeTableIdSet: {},
          filterSet: {
            items: [
              { name: "association.main", valueSet: { items: [{ value: "true" }] } },
              { name: "vpc-id", valueSet: { items: [{ value: "vpc-1" }] } },
            ],
          },
        },
      },
      "vpc-1",
      "requestParameters.filterSet",
    ],
    [
      "ec2:DescribeVpcEndpoints",
      {
        request: {
          DescribeVpcEndpointsRequest: { Filter: { Name: "vpc-id", tag: 1, Value: { tag: 1, content: "vpc-1" } } },
        },
      },
      "vpc-1",
      "requestParameters.DescribeVpcEndpointsRequest.Filter",
    ],
    [
      "ssm:DescribeInstanceInformation",
      { request: { filters: [{ key: "InstanceIds", values: ["i-1", "i-2"] }] } },
      '["i-1","i-2"]',
      "requestParameters.filters",
    ],
    [
      "ssm:DescribeParameters",
      { request: { parameterFilters: [{ key: "Name", option: "Equals", values: ["/a"] }] } },
      "/a",
      "requestParameters.parameterFilters",
    ],
  ])("%s of %j name %s", (event, record, ...[target, target_source]) => {
    expect(targetOf(event, record)).toEqual({ target, target_source });
  });

  test.each([
    { filterSet: { items: [{ name: "owner-id", valueSet: { items: [{ value: "1" }] } }] } },
    { filterSet: { items: [{ name: "instance-state-name", valueSet: { items: [{ value: "running" }] } }] } },
    { filters: [{ key: "tag-key", values: ["x"] }] },
    { parameterFilters: [{ key: "Name", option: "BeginsWith", values: ["/a"] }] },
  ])("%j name nothing", (request) => {
    expect(targetOf("ec2:DescribeThings", { request })).toEqual(NONE);
  });
});
