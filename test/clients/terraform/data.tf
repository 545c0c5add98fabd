data "aws_caller_identity" "this" {}

data "aws_iam_session_context" "this" {
  arn = data.aws_caller_identity.this.arn
}

data "aws_iam_account_alias" "this" {
  depends_on = [aws_iam_account_alias.this]
}

data "aws_iam_access_keys" "bob" {
  user       = aws_iam_access_key.bob.user
  depends_on = [aws_iam_access_key.bob]
}

data "aws_iam_group" "all" {
  group_name = aws_iam_group_membership.all.group
}

data "aws_iam_instance_profile" "web" {
  name = aws_iam_instance_profile.web.name
}

data "aws_iam_instance_profiles" "web" {
  role_name  = aws_iam_role.web.name
  depends_on = [aws_iam_instance_profile.web]
}

data "aws_iam_openid_connect_provider" "by_url" {
  # Without the scheme, as the resource has it, provider 5 finds no host in it.
  url = "https://${aws_iam_openid_connect_provider.outside.url}"
}

data "aws_iam_openid_connect_provider" "by_arn" {
  arn = aws_iam_openid_connect_provider.outside.arn
}

data "aws_iam_policy" "by_name" {
  name        = aws_iam_policy.boundary.name
  path_prefix = "/team/"
}

data "aws_iam_policy" "managed" {
  arn = "arn:aws:iam::aws:policy/AdministratorAccess"
}

data "aws_iam_principal_policy_simulation" "ann" {
  policy_source_arn = aws_iam_user.ann.arn
  action_names      = ["iam:GetUser", "sqs:ListQueues"]
  depends_on        = [aws_iam_user_policy.look]
}

data "aws_iam_role" "web" {
  name = aws_iam_role.web.name
}

data "aws_iam_roles" "service" {
  path_prefix = "/service/"
  name_regex  = "^w"
  depends_on  = [aws_iam_role.web]
}

data "aws_iam_saml_provider" "outside" {
  arn = aws_iam_saml_provider.outside.arn
}

data "aws_iam_server_certificate" "site" {
  name_prefix = "site-"
  latest      = true
  depends_on  = [aws_iam_server_certificate.site]
}

data "aws_iam_user" "ann" {
  user_name = aws_iam_user.ann.name
}

data "aws_iam_user_ssh_key" "ann" {
  username          = aws_iam_user.ann.name
  encoding          = "SSH"
  ssh_public_key_id = aws_iam_user_ssh_key.ann.ssh_public_key_id
}

data "aws_iam_users" "people" {
  path_prefix = "/people/"
  depends_on  = [aws_iam_user.ann]
}

output "seen" {
  value = {
    caller      = data.aws_caller_identity.this.arn
    issuer      = data.aws_iam_session_context.this.issuer_arn
    alias       = data.aws_iam_account_alias.this.account_alias
    keys        = [for key in data.aws_iam_access_keys.bob.access_keys : key.status]
    members     = sort([for user in data.aws_iam_group.all.users : user.user_name])
    profile     = data.aws_iam_instance_profile.web.role_name
    profiles    = data.aws_iam_instance_profiles.web.names
    providers   = data.aws_iam_openid_connect_provider.by_url.arn == data.aws_iam_openid_connect_provider.by_arn.arn
    policy      = data.aws_iam_policy.by_name.arn == aws_iam_policy.boundary.arn
    managed     = jsondecode(data.aws_iam_policy.managed.policy).Statement[0].Action
    simulated   = { for result in data.aws_iam_principal_policy_simulation.ann.results : result.action_name => result.decision }
    role        = data.aws_iam_role.web.max_session_duration
    roles       = data.aws_iam_roles.service.names
    saml        = data.aws_iam_saml_provider.outside.name
    certificate = data.aws_iam_server_certificate.site.path
    user        = data.aws_iam_user.ann.path
    ssh         = data.aws_iam_user_ssh_key.ann.status
    users       = data.aws_iam_users.people.names
  }
}
