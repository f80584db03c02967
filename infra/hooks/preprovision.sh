#!/bin/sh
# Before azd makes anything: is this account allowed to, does the subscription know the services, does West Europe sell SQL.
set -eu

stop() {
    echo "Not possible: $1" >&2
    echo "Then: $2" >&2
    exit 1
}

# A pipeline that may not touch roles and policies was set up by an owner who has been through all this
[ "${QICS_AUTHORITY:-true}" = true ] || exit 0

subscription=${AZURE_SUBSCRIPTION_ID:?azd names the subscription}
az account show --subscription "$subscription" --output none 2> /dev/null ||
    stop "the Azure command line is not signed in to subscription $subscription." "az login, then azd up again."

me=${AZURE_PRINCIPAL_ID:?azd names who is signed in}
roles=$(az role assignment list --assignee "$me" --scope "/subscriptions/$subscription" --include-inherited \
    --include-groups --query "[].roleDefinitionName" --output tsv)
case "$roles" in
    *Owner*) ;;
    *) stop "you have no role Owner on subscription $subscription, and roles and policies are part of what is made." \
        "have an owner run azd up, or set up the pipeline (docs/deployment.md, Deploying from GitHub)." ;;
esac

# Microsoft.App is named by nothing in the templates, so ARM does not register it by itself; the apps' subnets need it
for provider in Microsoft.App Microsoft.AlertsManagement Microsoft.Insights Microsoft.KeyVault Microsoft.ManagedIdentity \
    Microsoft.Network Microsoft.OperationalInsights Microsoft.Sql Microsoft.Storage Microsoft.Web; do
    az provider register --namespace "$provider" --subscription "$subscription" --wait --output none ||
        stop "the subscription does not know $provider and it cannot be registered." \
            "az provider register --namespace $provider, by somebody who may."
done

status=$(az rest --method get --query status --output tsv --url "/subscriptions/$subscription/providers/Microsoft.Sql\
/locations/${AZURE_LOCATION:-westeurope}/capabilities?api-version=2023-08-01")
case "$status" in
    Available | Default) ;;
    *) stop "Azure sells no SQL servers in ${AZURE_LOCATION:-westeurope} to this subscription (it says: $status)." \
        "ask for it in the portal: Help + support, Service and subscription limits, SQL Database, region West Europe." ;;
esac

# `qics setup` runs from here afterwards; with everything closed it would have to run from inside the network
if [ "${QICS_OPERATOR_ADDRESSES:-[]}" = "[]" ] && [ -t 0 ]; then
    printf 'Admit the public address you work from to register, vaults and queues? [y/N] '
    read -r answer
    if [ "$answer" = y ]; then
        address=$(curl --fail --silent --show-error --max-time 10 https://api.ipify.org) ||
            stop "your public address could not be found out." "azd env set QICS_OPERATOR_ADDRESSES '[\"1.2.3.4\"]'"
        azd env set QICS_OPERATOR_ADDRESSES "[\"$address\"]"
        echo "Admitted: $address. Take it out again with: azd env set QICS_OPERATOR_ADDRESSES '[]' && azd provision"
    fi
fi
