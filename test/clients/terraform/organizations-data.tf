data "aws_organizations_organization" "this" {
  depends_on = [aws_organizations_account.team]
}

data "aws_organizations_organizational_unit" "workloads" {
  name      = aws_organizations_organizational_unit.workloads.name
  parent_id = aws_organizations_organization.this.roots[0].id
}

data "aws_organizations_organizational_units" "root" {
  parent_id  = aws_organizations_organization.this.roots[0].id
  depends_on = [aws_organizations_organizational_unit.workloads]
}

data "aws_organizations_organizational_unit_child_accounts" "team" {
  parent_id  = aws_organizations_account.team.parent_id
  depends_on = [aws_organizations_account.team]
}

data "aws_organizations_organizational_unit_descendant_accounts" "all" {
  parent_id  = aws_organizations_organization.this.roots[0].id
  depends_on = [aws_organizations_account.team]
}

data "aws_organizations_organizational_unit_descendant_organizational_units" "all" {
  parent_id  = aws_organizations_organization.this.roots[0].id
  depends_on = [aws_organizations_organizational_unit.nested]
}

data "aws_organizations_delegated_administrators" "iam" {
  service_principal = "iam.amazonaws.com"
  depends_on        = [aws_organizations_delegated_administrator.team]
}

data "aws_organizations_delegated_services" "team" {
  account_id = aws_organizations_delegated_administrator.team.account_id
}

data "aws_organizations_policies" "control" {
  filter     = "SERVICE_CONTROL_POLICY"
  depends_on = [aws_organizations_policy.no_users]
}

data "aws_organizations_policies_for_target" "unit" {
  filter    = "SERVICE_CONTROL_POLICY"
  target_id = aws_organizations_policy_attachment.unit.target_id
}

data "aws_organizations_policy" "no_users" {
  policy_id = aws_organizations_policy.no_users.id
}

data "aws_organizations_resource_tags" "unit" {
  resource_id = aws_organizations_organizational_unit.workloads.id
}

output "organization" {
  value = {
    accounts       = sort(data.aws_organizations_organization.this.accounts[*].name)
    services       = sort(data.aws_organizations_organization.this.aws_service_access_principals)
    types          = sort(data.aws_organizations_organization.this.enabled_policy_types)
    unit           = data.aws_organizations_organizational_unit.workloads.id == aws_organizations_organizational_unit.workloads.id
    units          = data.aws_organizations_organizational_units.root.children[*].name
    children       = data.aws_organizations_organizational_unit_child_accounts.team.accounts[*].email
    descendants    = length(data.aws_organizations_organizational_unit_descendant_accounts.all.accounts)
    nested         = sort(data.aws_organizations_organizational_unit_descendant_organizational_units.all.children[*].name)
    administrators = data.aws_organizations_delegated_administrators.iam.delegated_administrators[*].name
    delegated      = data.aws_organizations_delegated_services.team.delegated_services[*].service_principal
    policies       = length(data.aws_organizations_policies.control.ids)
    attached       = length(data.aws_organizations_policies_for_target.unit.ids)
    denied         = jsondecode(data.aws_organizations_policy.no_users.content).Statement[0].Sid
    tags           = data.aws_organizations_resource_tags.unit.tags
  }
}
