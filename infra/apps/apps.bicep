// Front and worker: one package, two identities, two sets of functions.
import { Identity } from 'identities.bicep'
import { qics, settings } from 'settings.bicep'
import { Choices, Names } from '../choices.bicep'

param location string
param names Names
param choices Choices
param front Identity
param worker Identity
param frontSubnet string
param workerSubnet string

@description('Connection strings of the two stores of telemetry. They name a place and open nothing: keys are off.')
param telemetry string
param keptTelemetry string

@description('ARM ids of the elastic pools.')
param pools string[]

var blobs = 'https://${names.hostAccount}.blob.${environment().suffixes.storage}'

var places = {
  baseUrl: empty(choices.baseUrl) ? 'https://${names.front}.azurewebsites.net' : choices.baseUrl
  registerServer: '${names.registerServer}${environment().suffixes.sqlServerHostname}'
  registerDatabase: 'register'
  applicationVaults: map(names.applicationVaults, name => 'https://${name}${environment().suffixes.keyvaultDns}')
  tenantVaults: map(names.tenantVaults, name => 'https://${name}${environment().suffixes.keyvaultDns}')
  tenantServers: map(names.tenantServers, name => '${name}${environment().suffixes.sqlServerHostname}')
  pools: pools
  backupRedundancy: choices.backupRedundancy
  extractsBlobs: 'https://${names.extractsAccount}.blob.${environment().suffixes.storage}'
  hostBlobs: blobs
  hostQueues: 'https://${names.hostAccount}.queue.${environment().suffixes.storage}'
  telemetry: telemetry
  keptTelemetry: keptTelemetry
}

module frontApp 'app.bicep' = {
  name: 'app-front'
  params: {
    location: location
    name: names.front
    service: 'front'
    identity: front
    subnetId: frontSubnet
    packageContainer: '${blobs}/package-front'
    settings: settings('front', front, places, choices.engine)
    answersInternet: true
    maximumInstances: choices.frontInstances
    alwaysReady: choices.frontAlwaysReady ? [{ name: 'http', instanceCount: 1 }] : []
    siteUpdateStrategy: choices.siteUpdateStrategy
  }
}

module workerApp 'app.bicep' = {
  name: 'app-worker'
  params: {
    location: location
    name: names.worker
    service: 'worker'
    identity: worker
    subnetId: workerSubnet
    packageContainer: '${blobs}/package-worker'
    settings: settings('worker', worker, places, choices.engine)
    answersInternet: false
    maximumInstances: choices.workerInstances
    alwaysReady: []
    siteUpdateStrategy: choices.siteUpdateStrategy
  }
}

@description('The engine\'s own settings: places, schedules, limits; no secret among them.')
output environment object = qics(places, choices.engine)
