"""The main story with boto3; prints one JSON line of what was seen. Told the endpoint and credentials by the environment."""

import json
import os
import sys

import boto3
from botocore.exceptions import ClientError

endpoint, suffix, site = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
iam = boto3.client("iam", endpoint_url=endpoint)
sts = boto3.client("sts", endpoint_url=endpoint)
seen = {"boto3": boto3.__version__, "caller": sts.get_caller_identity()["Arn"]}
account = sts.get_caller_identity()["Account"]


def policy(action, **statement):
    body = {"Effect": "Allow", "Action": action, **statement}
    return json.dumps({"Version": "2012-10-17", "Statement": [body]})


user = iam.create_user(UserName=f"py-{suffix}", Path=f"/{suffix}/", Tags=[{"Key": "lang", "Value": "py"}])["User"]
iam.get_waiter("user_exists").wait(UserName=user["UserName"])
seen["created"] = user["CreateDate"].isoformat()
for index in range(5):
    iam.create_user(UserName=f"py-{suffix}-{index}", Path=f"/{suffix}/")
pages = iam.get_paginator("list_users").paginate(PathPrefix=f"/{suffix}/", PaginationConfig={"PageSize": 2})
seen["users"] = [one["UserName"] for page in pages for one in page["Users"]]

trusted = policy("sts:AssumeRole", Principal={"AWS": user["Arn"]})
role = iam.create_role(RoleName=f"py-{suffix}", AssumeRolePolicyDocument=trusted)["Role"]
seen["trust"] = role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]
iam.put_role_policy(RoleName=role["RoleName"], PolicyName="p", PolicyDocument=policy("iam:ListRoles", Resource="*"))

key = iam.create_access_key(UserName=user["UserName"])["AccessKey"]
as_user = boto3.Session(key["AccessKeyId"], key["SecretAccessKey"], region_name="ap-south-1")
assumed = as_user.client("sts", endpoint_url=endpoint).assume_role(RoleArn=role["Arn"], RoleSessionName="boto")
given = assumed["Credentials"]
session = boto3.Session(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"], region_name="ap-south-1")
seen["session"] = session.client("sts", endpoint_url=endpoint).get_caller_identity()["Arn"]
session.client("iam", endpoint_url=endpoint).list_roles(MaxItems=1)
try:
    session.client("iam", endpoint_url=endpoint).create_user(UserName="x")
    seen["denied"] = None
except ClientError as error:
    seen["denied"] = error.response["Error"]
    message = seen["denied"].pop("EncodedAuthorizationMessage")
    decoded = json.loads(sts.decode_authorization_message(EncodedMessage=message)["DecodedMessage"])
    seen["decoded"] = {"allowed": decoded["allowed"], **decoded["context"]["principal"]}

certificate = f"site-{suffix}"
iam.upload_server_certificate(
    ServerCertificateName=certificate, Path=f"/{suffix}/", CertificateBody=site["body"], PrivateKey=site["key"]
)
found = iam.get_server_certificate(ServerCertificateName=certificate)["ServerCertificate"]
certificates = iam.get_paginator("list_server_certificates").paginate(PathPrefix=f"/{suffix}/")
seen["certificate"] = {
    "body": found["CertificateBody"],
    "tags": found["Tags"],
    "expires": found["ServerCertificateMetadata"]["Expiration"].isoformat(),
    "listed": [one["Arn"] for page in certificates for one in page["ServerCertificateMetadataList"]],
}
try:
    iam.upload_server_certificate(ServerCertificateName="other", CertificateBody=site["body"], PrivateKey=site["other"])
except iam.exceptions.KeyPairMismatchException as error:
    seen["mismatch"] = error.response["Error"]["Code"]
iam.delete_server_certificate(ServerCertificateName=certificate)
made = iam.create_service_specific_credential(UserName=f"py-{suffix}-0", ServiceName="codecommit.amazonaws.com")
password = made["ServiceSpecificCredential"]
seen["password"] = [password["ServiceUserName"], len(password["ServicePassword"])]

resource = boto3.resource("iam", endpoint_url=endpoint)
seen["policies"] = [one.name for one in resource.Role(role["RoleName"]).policies.all()]
seen["account"] = account

trail = boto3.client("cloudtrail", endpoint_url=endpoint, region_name="us-east-1")
lookup = trail.get_paginator("lookup_events").paginate(
    LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": role["RoleName"]}],
    PaginationConfig={"PageSize": 1},
)
seen["events"] = [event["EventName"] for page in lookup for event in page["Events"] if event["ReadOnly"] == "false"]

organizations = boto3.client("organizations", endpoint_url=endpoint)


def pages_of(operation, **parameters):
    return organizations.get_paginator(operation).paginate(PaginationConfig={"PageSize": 1}, **parameters)


def listed(operation, member, field, **parameters):
    """One field of all items of a paginator."""
    return sorted(item[field] for page in pages_of(operation, **parameters) for item in page[member])


try:
    organizations.create_organization()
except organizations.exceptions.AlreadyInOrganizationException:
    pass
root = organizations.list_roots()["Roots"][0]
kind = "SERVICE_CONTROL_POLICY"
if kind not in [one["Type"] for one in root["PolicyTypes"]]:
    organizations.enable_policy_type(RootId=root["Id"], PolicyType=kind)
unit = organizations.create_organizational_unit(ParentId=root["Id"], Name=suffix)["OrganizationalUnit"]["Id"]
members = []
for name in ("one", "two"):
    begun = organizations.create_account(AccountName=name, Email=f"{name}-{suffix}@example.com")["CreateAccountStatus"]
    done = organizations.describe_create_account_status(CreateAccountRequestId=begun["Id"])["CreateAccountStatus"]
    members.append(done["AccountId"])
    organizations.move_account(AccountId=members[-1], SourceParentId=root["Id"], DestinationParentId=unit)
deny = policy("iam:CreateUser", Effect="Deny", Resource="*")
made = organizations.create_policy(Type=kind, Name=suffix, Description="", Content=deny)["Policy"]["PolicySummary"]["Id"]
for target in (unit, members[0]):
    organizations.attach_policy(PolicyId=made, TargetId=target)
pages = list(pages_of("list_accounts_for_parent", ParentId=unit))
accounts = [one for page in pages for one in page["Accounts"]]
seen["organization"] = {
    "accounts": sorted(one["Name"] for one in accounts),
    "pages": len(pages),
    # Older versions of botocore do not know `State`.
    "states": sorted({(one["Status"], one.get("State", "ACTIVE")) for one in accounts}),
    "all": set(listed("list_accounts", "Accounts", "Id")) >= set(members),
    "roots": listed("list_roots", "Roots", "Id") == [root["Id"]],
    "children": listed("list_children", "Children", "Id", ParentId=unit, ChildType="ACCOUNT") == sorted(members),
    "parents": listed("list_parents", "Parents", "Id", ChildId=members[0]) == [unit],
    "units": unit in listed("list_organizational_units_for_parent", "OrganizationalUnits", "Id", ParentId=root["Id"]),
    "policies": made in listed("list_policies", "Policies", "Id", Filter=kind),
    "attached": made in listed("list_policies_for_target", "Policies", "Id", TargetId=unit, Filter=kind),
    "targets": listed("list_targets_for_policy", "Targets", "Type", PolicyId=made),
    "requests": listed("list_create_account_status", "CreateAccountStatuses", "State")[-2:],
}
try:
    organizations.attach_policy(PolicyId=made, TargetId=unit)
except organizations.exceptions.DuplicatePolicyAttachmentException as error:
    seen["organization"]["duplicate"] = error.response["Error"]["Code"]
try:
    organizations.describe_account(AccountId="x")
except organizations.exceptions.InvalidInputException as error:
    seen["organization"]["invalid"] = error.response["Reason"]
for target in (unit, members[0]):
    organizations.detach_policy(PolicyId=made, TargetId=target)
organizations.delete_policy(PolicyId=made)
for member in members:
    organizations.remove_account_from_organization(AccountId=member)
organizations.delete_organizational_unit(OrganizationalUnitId=unit)
print(json.dumps(seen))
