package follow

import (
	"fmt"
	"maps"
	"slices"

	"github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"github.com/dehug/dehug/relay/chain/contract"
	"github.com/dehug/dehug/relay/chain/deploy"
)

// A Decoder knows where contracts are, and what their events mean.
type Decoder struct {
	addresses []common.Address
	contracts map[common.Address]known
}

// known is a contract: its name, and its events by their first topic.
type known struct {
	name   string
	events map[common.Hash]unpacker
}

type unpacker func(*types.Log) (any, error)

// NewDecoder knows the contracts of a deployment.
func NewDecoder(d *deploy.Deployment) (*Decoder, error) {
	var (
		registry   = contract.NewModelRegistry()
		nft        = contract.NewModelNFT()
		pass       = contract.NewUsagePass()
		controller = contract.NewUsageController()
		orders     = contract.NewJobOrders()
		splitters  = contract.NewRevenueSplitterFactory()
		lineage    = contract.NewLineageResolver()
		eas        = contract.NewEAS()
	)
	dec := &Decoder{contracts: map[common.Address]known{}}
	for _, c := range []struct {
		name   string
		meta   *bind.MetaData
		events map[string]unpacker
	}{
		{"ModelRegistry", &contract.ModelRegistryMetaData, events(
			as(registry.UnpackModelPublishedEvent), as(registry.UnpackVersionPublishedEvent), as(registry.UnpackAliasMovedEvent), as(registry.UnpackYankedEvent))},
		{"ModelNFT", &contract.ModelNFTMetaData, events(
			as(nft.UnpackTransferEvent), as(nft.UnpackRecoveryChangedEvent), as(nft.UnpackRecoveryRequestedEvent), as(nft.UnpackRecoveryCancelledEvent))},
		{"UsagePass", &contract.UsagePassMetaData, events(
			as(pass.UnpackPlanCreatedEvent), as(pass.UnpackTransferSingleEvent), as(pass.UnpackTransferBatchEvent))},
		{"UsageController", &contract.UsageControllerMetaData, events(
			as(controller.UnpackBoughtEvent), as(controller.UnpackRefundedEvent), as(controller.UnpackSessionOpenedEvent), as(controller.UnpackSessionEndingEvent),
			as(controller.UnpackSessionClosedEvent), as(controller.UnpackRedeemedEvent), as(controller.UnpackVoucherSkippedEvent),
			as(controller.UnpackCreditedEvent), as(controller.UnpackWithdrawnEvent), as(controller.UnpackSignerSetEvent), as(controller.UnpackTokenSetEvent),
			as(controller.UnpackNewSessionsPausedEvent))},
		{"JobOrders", &contract.JobOrdersMetaData, events(
			as(orders.UnpackOrderOpenedEvent), as(orders.UnpackOrderAcceptedEvent), as(orders.UnpackOrderDeliveredEvent), as(orders.UnpackOrderDisputedEvent),
			as(orders.UnpackEquivocatedEvent), as(orders.UnpackOrderEndedEvent), as(orders.UnpackCreditedEvent), as(orders.UnpackWithdrawnEvent),
			as(orders.UnpackNewOrdersPausedEvent))},
		{"RevenueSplitterFactory", &contract.RevenueSplitterFactoryMetaData, events(as(splitters.UnpackSplitterCreatedEvent))},
		{"LineageResolver", &contract.LineageResolverMetaData, events(as(lineage.UnpackLineageAttestedEvent), as(lineage.UnpackLineageRevokedEvent))},
		{"EAS", &contract.EASMetaData, events(as(eas.UnpackAttestedEvent), as(eas.UnpackRevokedEvent))},
	} {
		abi, err := c.meta.ParseABI()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.name, err)
		}
		k := known{c.name, map[common.Hash]unpacker{}}
		for name, unpack := range c.events {
			k.events[abi.Events[name].ID] = unpack
		}
		dec.contracts[d.Address(c.name)] = k
	}
	dec.addresses = slices.SortedFunc(maps.Keys(dec.contracts), common.Address.Cmp)
	return dec, nil
}

// a named event and how it is unpacked.
type named struct {
	name   string
	unpack unpacker
}

// as makes one of a binding's functions.
func as[E bind.ContractEvent](unpack func(*types.Log) (*E, error)) named {
	var e E
	return named{e.ContractEventName(), func(log *types.Log) (any, error) { return unpack(log) }}
}

func events(list ...named) map[string]unpacker {
	all := map[string]unpacker{}
	for _, n := range list {
		all[n.name] = n.unpack
	}
	return all
}

// decode turns logs into events, in the order of the chain. Logs of other events, such as approvals, are left out.
func (d *Decoder) decode(logs []types.Log) ([]Event, error) {
	var all []Event
	for i := range logs {
		log := &logs[i]
		k, ok := d.contracts[log.Address]
		if !ok || len(log.Topics) == 0 {
			continue
		}
		unpack, ok := k.events[log.Topics[0]]
		if !ok {
			continue
		}
		data, err := unpack(log)
		if err != nil {
			return nil, fmt.Errorf("event %d of block %d, of %s: %w", log.Index, log.BlockNumber, k.name, err)
		}
		all = append(all, Event{log.BlockNumber, log.BlockHash, log.BlockTimestamp, log.Index, log.TxHash, k.name, data})
	}
	return all, nil
}
