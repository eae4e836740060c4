"""Type tokens that the judge knows. Strings only, so that a policy pack starts without waiting for more."""

from __future__ import annotations

from typing import Final

STACK: Final = "pulumi:pulumi:Stack"
PROVIDER_PREFIX: Final = "pulumi:providers:"

PROCESS: Final = "pulumi-python:dynamic/gatehouse:Process"
SERVED_CONFIG: Final = "pulumi-python:dynamic/gatehouse:ServedConfig"

SAGEMAKER_ENDPOINT: Final = "aws:sagemaker/endpoint:Endpoint"
SAGEMAKER_ENDPOINT_CONFIGURATION: Final = "aws:sagemaker/endpointConfiguration:EndpointConfiguration"
SAGEMAKER_MODEL: Final = "aws:sagemaker/model:Model"
EC2_INSTANCE: Final = "aws:ec2/instance:Instance"
