extension CISystem {
    /// A declarative pipeline for a multibranch project of Jenkins. Every shell step is a text in single quotes, into
    /// which Groovy puts nothing: values come as environment.
    static let jenkinsfile = #"""
        // Written by `reconcile init --ci jenkins`; it is yours to change. docs/ci.md of Slipway explains it.
        //
        // A pull request is validated and planned from its files alone, without the record; the plan is kept as an
        // artifact. What is merged is applied. The record is a branch of this repository (slipway/state).
        pipeline {
            agent { label 'slipway' }
            options {
                // One at a time for each branch, and none is cut off by a newer one.
                disableConcurrentBuilds()
                timeout(time: 6, unit: 'HOURS')
            }
            triggers {
                cron(env.BRANCH_IS_PRIMARY == 'true' ? 'H * * * *' : '')
            }
            stages {
                stage('Propose') {
                    when { changeRequest() }
                    steps {
                        sh '''
                            set -eu
                            git fetch --quiet origin "+refs/heads/$CHANGE_TARGET:refs/remotes/origin/$CHANGE_TARGET"
                            reconcile validate
                            reconcile plan --against-ref "origin/$CHANGE_TARGET" --output markdown >plan.md
                        '''
                        archiveArtifacts artifacts: 'plan.md'
                    }
                }
                stage('Apply') {
                    when {
                        allOf {
                            environment name: 'BRANCH_IS_PRIMARY', value: 'true'
                            not { triggeredBy 'TimerTrigger' }
                        }
                    }
                    environment { SLIPWAY_STATE = 'git' }
                    steps {
                        sh 'reconcile apply --timeout 5h'
                    }
                }
                stage('Drift') {
                    when {
                        allOf {
                            environment name: 'BRANCH_IS_PRIMARY', value: 'true'
                            triggeredBy 'TimerTrigger'
                        }
                    }
                    environment { SLIPWAY_STATE = 'git' }
                    steps {
                        // Fails (status 2) where there is something to do, so that somebody is told.
                        sh 'reconcile plan --detailed-exitcode'
                    }
                }
            }
        }

        """#
}
