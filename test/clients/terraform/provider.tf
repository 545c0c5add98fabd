terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

variable "endpoint" {
  description = "The server's public URL."
  type        = string
}

variable "revision" {
  description = "What the test changes, and expects to be changed in place."
  type        = string
}

variable "files" {
  description = "Keys, certificates and metadata of this run: their contents, by name."
  type        = map(string)
}

provider "aws" {
  region                  = "us-east-1"
  skip_metadata_api_check = true

  endpoints {
    iam           = var.endpoint
    organizations = var.endpoint
    sts           = var.endpoint
  }

  default_tags {
    tags = { stack = "everything" }
  }
}
