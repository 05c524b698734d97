// Code generated via abigen V2 - DO NOT EDIT.
// This file is a generated binding and any manual changes will be lost.

package contract

import (
	"bytes"
	"errors"
	"math/big"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
)

// Reference imports to suppress errors if they are not otherwise used.
var (
	_ = bytes.Equal
	_ = errors.New
	_ = big.NewInt
	_ = common.Big1
	_ = types.BloomLookup
	_ = abi.ConvertType
)

// Attestation is an auto generated low-level Go binding around an user-defined struct.
type Attestation struct {
	Uid            [32]byte
	Schema         [32]byte
	Time           uint64
	ExpirationTime uint64
	RevocationTime uint64
	RefUID         [32]byte
	Recipient      common.Address
	Attester       common.Address
	Revocable      bool
	Data           []byte
}

// AttestationRequest is an auto generated low-level Go binding around an user-defined struct.
type AttestationRequest struct {
	Schema [32]byte
	Data   AttestationRequestData
}

// AttestationRequestData is an auto generated low-level Go binding around an user-defined struct.
type AttestationRequestData struct {
	Recipient      common.Address
	ExpirationTime uint64
	Revocable      bool
	RefUID         [32]byte
	Data           []byte
	Value          *big.Int
}

// IJobOrdersOrder is an auto generated low-level Go binding around an user-defined struct.
type IJobOrdersOrder struct {
	State      uint8
	Due        uint32
	ReceiptKey common.Address
}

// IJobOrdersOrderTerms is an auto generated low-level Go binding around an user-defined struct.
type IJobOrdersOrderTerms struct {
	Payer     common.Address
	Provider  common.Address
	Relay     common.Address
	Arbiter   common.Address
	Plan      [32]byte
	Version   [32]byte
	Units     uint32
	Pay       uint64
	Bond      *big.Int
	Fee       *big.Int
	Job       [32]byte
	AcceptBy  uint32
	DeliverBy uint32
	Review    uint32
	Ruling    uint32
	Salt      [32]byte
}

// IModelRegistryModel is an auto generated low-level Go binding around an user-defined struct.
type IModelRegistryModel struct {
	Name      string
	Publisher common.Address
	Kind      uint8
	Splitter  common.Address
	Latest    [32]byte
}

// IModelRegistryPermission is an auto generated low-level Go binding around an user-defined struct.
type IModelRegistryPermission struct {
	Owner    common.Address
	Relay    common.Address
	FeeToken common.Address
	Fee      *big.Int
	Deadline *big.Int
}

// IModelRegistryPublication is an auto generated low-level Go binding around an user-defined struct.
type IModelRegistryPublication struct {
	Name       string
	Kind       uint8
	Release    IModelRegistryRelease
	Recipients []common.Address
	Parts      []uint32
	RoyaltyBps uint16
	Recovery   common.Address
	Plans      []PlanOffer
}

// IModelRegistryRelease is an auto generated low-level Go binding around an user-defined struct.
type IModelRegistryRelease struct {
	Version     string
	Manifest    [32]byte
	Root        [32]byte
	LicenseHash [32]byte
	Parents     [][32]byte
}

// IModelRegistryVersion is an auto generated low-level Go binding around an user-defined struct.
type IModelRegistryVersion struct {
	Model       [32]byte
	Manifest    [32]byte
	Root        [32]byte
	LicenseHash [32]byte
}

// ITillAuthorization is an auto generated low-level Go binding around an user-defined struct.
type ITillAuthorization struct {
	From        common.Address
	ValidAfter  *big.Int
	ValidBefore *big.Int
	V           uint8
	R           [32]byte
	S           [32]byte
}

// IUsageControllerBatch is an auto generated low-level Go binding around an user-defined struct.
type IUsageControllerBatch struct {
	Plan      [32]byte
	Operator  common.Address
	Providers []common.Address
	Vouchers  []byte
}

// IUsageControllerSession is an auto generated low-level Go binding around an user-defined struct.
type IUsageControllerSession struct {
	SessionKey common.Address
	Redeemed   uint32
	Saved      uint64
	Payer      common.Address
	End        uint32
	Units      uint32
}

// IUsageControllerSessionRef is an auto generated low-level Go binding around an user-defined struct.
type IUsageControllerSessionRef struct {
	Plan     [32]byte
	Operator common.Address
	Number   uint64
}

// IUsageControllerSessionTerms is an auto generated low-level Go binding around an user-defined struct.
type IUsageControllerSessionTerms struct {
	Payer      common.Address
	Operator   common.Address
	Plan       [32]byte
	SessionKey common.Address
	Units      uint32
	End        uint32
	Salt       [32]byte
}

// ManifestProofChunk is an auto generated low-level Go binding around an user-defined struct.
type ManifestProofChunk struct {
	Hash     [32]byte
	Index    uint64
	Siblings [][32]byte
}

// ManifestProofFile is an auto generated low-level Go binding around an user-defined struct.
type ManifestProofFile struct {
	Path      string
	Size      uint64
	ChunkRoot [32]byte
	Index     uint64
	Count     uint64
	Siblings  [][32]byte
}

// PlanOffer is an auto generated low-level Go binding around an user-defined struct.
type PlanOffer struct {
	Token        common.Address
	AuthorFee    *big.Int
	RelayFee     *big.Int
	ComputeCap   uint64
	UnitKind     [32]byte
	Transferable bool
	Period       uint32
	Quota        uint32
}

// PlanTerms is an auto generated low-level Go binding around an user-defined struct.
type PlanTerms struct {
	Model        [32]byte
	Token        common.Address
	Payee        common.Address
	AuthorFee    *big.Int
	RelayFee     *big.Int
	ComputeCap   uint64
	UnitKind     [32]byte
	Transferable bool
	Period       uint32
	Quota        uint32
}

// RevocationRequest is an auto generated low-level Go binding around an user-defined struct.
type RevocationRequest struct {
	Schema [32]byte
	Data   RevocationRequestData
}

// RevocationRequestData is an auto generated low-level Go binding around an user-defined struct.
type RevocationRequestData struct {
	Uid   [32]byte
	Value *big.Int
}

// SchemaRecord is an auto generated low-level Go binding around an user-defined struct.
type SchemaRecord struct {
	Uid       [32]byte
	Resolver  common.Address
	Revocable bool
	Schema    string
}

// AccessManagerMetaData contains all meta data concerning the AccessManager contract.
var AccessManagerMetaData = bind.MetaData{
	ABI: "[{\"type\":\"constructor\",\"inputs\":[{\"name\":\"initialAdmin\",\"type\":\"address\",\"internalType\":\"address\"}],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"ADMIN_ROLE\",\"inputs\":[],\"outputs\":[{\"name\":\"\",\"type\":\"uint64\",\"internalType\":\"uint64\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"grantRole\",\"inputs\":[{\"name\":\"roleId\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"account\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"executionDelay\",\"type\":\"uint32\",\"internalType\":\"uint32\"}],\"outputs\":[],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"hasRole\",\"inputs\":[{\"name\":\"roleId\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"account\",\"type\":\"address\",\"internalType\":\"address\"}],\"outputs\":[{\"name\":\"isMember\",\"type\":\"bool\",\"internalType\":\"bool\"},{\"name\":\"executionDelay\",\"type\":\"uint32\",\"internalType\":\"uint32\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"renounceRole\",\"inputs\":[{\"name\":\"roleId\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"callerConfirmation\",\"type\":\"address\",\"internalType\":\"address\"}],\"outputs\":[],\"stateMutability\":\"nonpayable\"}]",
	ID:  "AccessManager",
}

// AccessManager is an auto generated Go binding around an Ethereum contract.
type AccessManager struct {
	abi abi.ABI
}

// GetABI returns the ABI associated with this contract binding.
func (c *AccessManager) GetABI() abi.ABI {
	return c.abi
}

// NewAccessManager creates a new instance of AccessManager.
func NewAccessManager() *AccessManager {
	parsed, err := AccessManagerMetaData.ParseABI()
	if err != nil {
		panic(errors.New("invalid ABI: " + err.Error()))
	}
	return &AccessManager{abi: *parsed}
}

// Instance creates a wrapper for a deployed contract instance at the given address.
// Use this to create the instance object passed to abigen v2 library functions Call, Transact, etc.
func (c *AccessManager) Instance(backend bind.ContractBackend, addr common.Address) *bind.BoundContract {
	return bind.NewBoundContract(addr, c.abi, backend, backend, backend)
}

// PackConstructor is the Go binding used to pack the parameters required for
// contract deployment.
//
// Solidity: constructor(address initialAdmin) returns()
func (accessManager *AccessManager) PackConstructor(initialAdmin common.Address) []byte {
	enc, err := accessManager.abi.Pack("", initialAdmin)
	if err != nil {
		panic(err)
	}
	return enc
}

// PackADMINROLE is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x75b238fc.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function ADMIN_ROLE() view returns(uint64)
func (accessManager *AccessManager) PackADMINROLE() []byte {
	enc, err := accessManager.abi.Pack("ADMIN_ROLE")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackADMINROLE is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x75b238fc.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function ADMIN_ROLE() view returns(uint64)
func (accessManager *AccessManager) TryPackADMINROLE() ([]byte, error) {
	return accessManager.abi.Pack("ADMIN_ROLE")
}

// UnpackADMINROLE is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x75b238fc.
//
// Solidity: function ADMIN_ROLE() view returns(uint64)
func (accessManager *AccessManager) UnpackADMINROLE(data []byte) (uint64, error) {
	out, err := accessManager.abi.Unpack("ADMIN_ROLE", data)
	if err != nil {
		return *new(uint64), err
	}
	out0 := *abi.ConvertType(out[0], new(uint64)).(*uint64)
	return out0, nil
}

// PackGrantRole is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x25c471a0.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function grantRole(uint64 roleId, address account, uint32 executionDelay) returns()
func (accessManager *AccessManager) PackGrantRole(roleId uint64, account common.Address, executionDelay uint32) []byte {
	enc, err := accessManager.abi.Pack("grantRole", roleId, account, executionDelay)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackGrantRole is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x25c471a0.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function grantRole(uint64 roleId, address account, uint32 executionDelay) returns()
func (accessManager *AccessManager) TryPackGrantRole(roleId uint64, account common.Address, executionDelay uint32) ([]byte, error) {
	return accessManager.abi.Pack("grantRole", roleId, account, executionDelay)
}

// PackHasRole is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd1f856ee.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function hasRole(uint64 roleId, address account) view returns(bool isMember, uint32 executionDelay)
func (accessManager *AccessManager) PackHasRole(roleId uint64, account common.Address) []byte {
	enc, err := accessManager.abi.Pack("hasRole", roleId, account)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackHasRole is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd1f856ee.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function hasRole(uint64 roleId, address account) view returns(bool isMember, uint32 executionDelay)
func (accessManager *AccessManager) TryPackHasRole(roleId uint64, account common.Address) ([]byte, error) {
	return accessManager.abi.Pack("hasRole", roleId, account)
}

// AccessManagerHasRoleOutput serves as a container for the return parameters of contract
// method HasRole.
type AccessManagerHasRoleOutput struct {
	IsMember       bool
	ExecutionDelay uint32
}

// UnpackHasRole is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xd1f856ee.
//
// Solidity: function hasRole(uint64 roleId, address account) view returns(bool isMember, uint32 executionDelay)
func (accessManager *AccessManager) UnpackHasRole(data []byte) (AccessManagerHasRoleOutput, error) {
	out, err := accessManager.abi.Unpack("hasRole", data)
	outstruct := new(AccessManagerHasRoleOutput)
	if err != nil {
		return *outstruct, err
	}
	outstruct.IsMember = *abi.ConvertType(out[0], new(bool)).(*bool)
	outstruct.ExecutionDelay = *abi.ConvertType(out[1], new(uint32)).(*uint32)
	return *outstruct, nil
}

// PackRenounceRole is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xfe0776f5.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function renounceRole(uint64 roleId, address callerConfirmation) returns()
func (accessManager *AccessManager) PackRenounceRole(roleId uint64, callerConfirmation common.Address) []byte {
	enc, err := accessManager.abi.Pack("renounceRole", roleId, callerConfirmation)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackRenounceRole is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xfe0776f5.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function renounceRole(uint64 roleId, address callerConfirmation) returns()
func (accessManager *AccessManager) TryPackRenounceRole(roleId uint64, callerConfirmation common.Address) ([]byte, error) {
	return accessManager.abi.Pack("renounceRole", roleId, callerConfirmation)
}

// DollarMetaData contains all meta data concerning the Dollar contract.
var DollarMetaData = bind.MetaData{
	ABI: "[{\"type\":\"constructor\",\"inputs\":[],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"allowance\",\"inputs\":[{\"name\":\"owner\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"spender\",\"type\":\"address\",\"internalType\":\"address\"}],\"outputs\":[{\"name\":\"\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"approve\",\"inputs\":[{\"name\":\"spender\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"value\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"outputs\":[{\"name\":\"\",\"type\":\"bool\",\"internalType\":\"bool\"}],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"balanceOf\",\"inputs\":[{\"name\":\"account\",\"type\":\"address\",\"internalType\":\"address\"}],\"outputs\":[{\"name\":\"\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"decimals\",\"inputs\":[],\"outputs\":[{\"name\":\"\",\"type\":\"uint8\",\"internalType\":\"uint8\"}],\"stateMutability\":\"pure\"},{\"type\":\"function\",\"name\":\"mint\",\"inputs\":[{\"name\":\"to\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"amount\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"outputs\":[],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"transfer\",\"inputs\":[{\"name\":\"to\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"value\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"outputs\":[{\"name\":\"\",\"type\":\"bool\",\"internalType\":\"bool\"}],\"stateMutability\":\"nonpayable\"},{\"type\":\"event\",\"name\":\"Transfer\",\"inputs\":[{\"name\":\"from\",\"type\":\"address\",\"indexed\":true,\"internalType\":\"address\"},{\"name\":\"to\",\"type\":\"address\",\"indexed\":true,\"internalType\":\"address\"},{\"name\":\"value\",\"type\":\"uint256\",\"indexed\":false,\"internalType\":\"uint256\"}],\"anonymous\":false}]",
	ID:  "Dollar",
}

// Dollar is an auto generated Go binding around an Ethereum contract.
type Dollar struct {
	abi abi.ABI
}

// GetABI returns the ABI associated with this contract binding.
func (c *Dollar) GetABI() abi.ABI {
	return c.abi
}

// NewDollar creates a new instance of Dollar.
func NewDollar() *Dollar {
	parsed, err := DollarMetaData.ParseABI()
	if err != nil {
		panic(errors.New("invalid ABI: " + err.Error()))
	}
	return &Dollar{abi: *parsed}
}

// Instance creates a wrapper for a deployed contract instance at the given address.
// Use this to create the instance object passed to abigen v2 library functions Call, Transact, etc.
func (c *Dollar) Instance(backend bind.ContractBackend, addr common.Address) *bind.BoundContract {
	return bind.NewBoundContract(addr, c.abi, backend, backend, backend)
}

// PackAllowance is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xdd62ed3e.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function allowance(address owner, address spender) view returns(uint256)
func (dollar *Dollar) PackAllowance(owner common.Address, spender common.Address) []byte {
	enc, err := dollar.abi.Pack("allowance", owner, spender)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackAllowance is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xdd62ed3e.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function allowance(address owner, address spender) view returns(uint256)
func (dollar *Dollar) TryPackAllowance(owner common.Address, spender common.Address) ([]byte, error) {
	return dollar.abi.Pack("allowance", owner, spender)
}

// UnpackAllowance is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xdd62ed3e.
//
// Solidity: function allowance(address owner, address spender) view returns(uint256)
func (dollar *Dollar) UnpackAllowance(data []byte) (*big.Int, error) {
	out, err := dollar.abi.Unpack("allowance", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackApprove is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x095ea7b3.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function approve(address spender, uint256 value) returns(bool)
func (dollar *Dollar) PackApprove(spender common.Address, value *big.Int) []byte {
	enc, err := dollar.abi.Pack("approve", spender, value)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackApprove is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x095ea7b3.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function approve(address spender, uint256 value) returns(bool)
func (dollar *Dollar) TryPackApprove(spender common.Address, value *big.Int) ([]byte, error) {
	return dollar.abi.Pack("approve", spender, value)
}

// UnpackApprove is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x095ea7b3.
//
// Solidity: function approve(address spender, uint256 value) returns(bool)
func (dollar *Dollar) UnpackApprove(data []byte) (bool, error) {
	out, err := dollar.abi.Unpack("approve", data)
	if err != nil {
		return *new(bool), err
	}
	out0 := *abi.ConvertType(out[0], new(bool)).(*bool)
	return out0, nil
}

// PackBalanceOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x70a08231.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function balanceOf(address account) view returns(uint256)
func (dollar *Dollar) PackBalanceOf(account common.Address) []byte {
	enc, err := dollar.abi.Pack("balanceOf", account)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackBalanceOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x70a08231.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function balanceOf(address account) view returns(uint256)
func (dollar *Dollar) TryPackBalanceOf(account common.Address) ([]byte, error) {
	return dollar.abi.Pack("balanceOf", account)
}

// UnpackBalanceOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x70a08231.
//
// Solidity: function balanceOf(address account) view returns(uint256)
func (dollar *Dollar) UnpackBalanceOf(data []byte) (*big.Int, error) {
	out, err := dollar.abi.Unpack("balanceOf", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackDecimals is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x313ce567.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function decimals() pure returns(uint8)
func (dollar *Dollar) PackDecimals() []byte {
	enc, err := dollar.abi.Pack("decimals")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackDecimals is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x313ce567.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function decimals() pure returns(uint8)
func (dollar *Dollar) TryPackDecimals() ([]byte, error) {
	return dollar.abi.Pack("decimals")
}

// UnpackDecimals is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x313ce567.
//
// Solidity: function decimals() pure returns(uint8)
func (dollar *Dollar) UnpackDecimals(data []byte) (uint8, error) {
	out, err := dollar.abi.Unpack("decimals", data)
	if err != nil {
		return *new(uint8), err
	}
	out0 := *abi.ConvertType(out[0], new(uint8)).(*uint8)
	return out0, nil
}

// PackMint is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x40c10f19.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function mint(address to, uint256 amount) returns()
func (dollar *Dollar) PackMint(to common.Address, amount *big.Int) []byte {
	enc, err := dollar.abi.Pack("mint", to, amount)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackMint is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x40c10f19.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function mint(address to, uint256 amount) returns()
func (dollar *Dollar) TryPackMint(to common.Address, amount *big.Int) ([]byte, error) {
	return dollar.abi.Pack("mint", to, amount)
}

// PackTransfer is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xa9059cbb.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function transfer(address to, uint256 value) returns(bool)
func (dollar *Dollar) PackTransfer(to common.Address, value *big.Int) []byte {
	enc, err := dollar.abi.Pack("transfer", to, value)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackTransfer is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xa9059cbb.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function transfer(address to, uint256 value) returns(bool)
func (dollar *Dollar) TryPackTransfer(to common.Address, value *big.Int) ([]byte, error) {
	return dollar.abi.Pack("transfer", to, value)
}

// UnpackTransfer is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xa9059cbb.
//
// Solidity: function transfer(address to, uint256 value) returns(bool)
func (dollar *Dollar) UnpackTransfer(data []byte) (bool, error) {
	out, err := dollar.abi.Unpack("transfer", data)
	if err != nil {
		return *new(bool), err
	}
	out0 := *abi.ConvertType(out[0], new(bool)).(*bool)
	return out0, nil
}

// DollarTransfer represents a Transfer event raised by the Dollar contract.
type DollarTransfer struct {
	From  common.Address
	To    common.Address
	Value *big.Int
	Raw   *types.Log // Blockchain specific contextual infos
}

const DollarTransferEventName = "Transfer"

// ContractEventName returns the user-defined event name.
func (DollarTransfer) ContractEventName() string {
	return DollarTransferEventName
}

// UnpackTransferEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Transfer(address indexed from, address indexed to, uint256 value)
func (dollar *Dollar) UnpackTransferEvent(log *types.Log) (*DollarTransfer, error) {
	event := "Transfer"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != dollar.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(DollarTransfer)
	if len(log.Data) > 0 {
		if err := dollar.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range dollar.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// EASMetaData contains all meta data concerning the EAS contract.
var EASMetaData = bind.MetaData{
	ABI: "[{\"inputs\":[{\"internalType\":\"contractISchemaRegistry\",\"name\":\"registry\",\"type\":\"address\"}],\"stateMutability\":\"nonpayable\",\"type\":\"constructor\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"address\",\"name\":\"recipient\",\"type\":\"address\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"attester\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"uid\",\"type\":\"bytes32\"},{\"indexed\":true,\"internalType\":\"bytes32\",\"name\":\"schemaUID\",\"type\":\"bytes32\"}],\"name\":\"Attested\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"address\",\"name\":\"recipient\",\"type\":\"address\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"attester\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"uid\",\"type\":\"bytes32\"},{\"indexed\":true,\"internalType\":\"bytes32\",\"name\":\"schemaUID\",\"type\":\"bytes32\"}],\"name\":\"Revoked\",\"type\":\"event\"},{\"inputs\":[{\"components\":[{\"internalType\":\"bytes32\",\"name\":\"schema\",\"type\":\"bytes32\"},{\"components\":[{\"internalType\":\"address\",\"name\":\"recipient\",\"type\":\"address\"},{\"internalType\":\"uint64\",\"name\":\"expirationTime\",\"type\":\"uint64\"},{\"internalType\":\"bool\",\"name\":\"revocable\",\"type\":\"bool\"},{\"internalType\":\"bytes32\",\"name\":\"refUID\",\"type\":\"bytes32\"},{\"internalType\":\"bytes\",\"name\":\"data\",\"type\":\"bytes\"},{\"internalType\":\"uint256\",\"name\":\"value\",\"type\":\"uint256\"}],\"internalType\":\"structAttestationRequestData\",\"name\":\"data\",\"type\":\"tuple\"}],\"internalType\":\"structAttestationRequest\",\"name\":\"request\",\"type\":\"tuple\"}],\"name\":\"attest\",\"outputs\":[{\"internalType\":\"bytes32\",\"name\":\"\",\"type\":\"bytes32\"}],\"stateMutability\":\"payable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"uid\",\"type\":\"bytes32\"}],\"name\":\"getAttestation\",\"outputs\":[{\"components\":[{\"internalType\":\"bytes32\",\"name\":\"uid\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"schema\",\"type\":\"bytes32\"},{\"internalType\":\"uint64\",\"name\":\"time\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"expirationTime\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"revocationTime\",\"type\":\"uint64\"},{\"internalType\":\"bytes32\",\"name\":\"refUID\",\"type\":\"bytes32\"},{\"internalType\":\"address\",\"name\":\"recipient\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"attester\",\"type\":\"address\"},{\"internalType\":\"bool\",\"name\":\"revocable\",\"type\":\"bool\"},{\"internalType\":\"bytes\",\"name\":\"data\",\"type\":\"bytes\"}],\"internalType\":\"structAttestation\",\"name\":\"\",\"type\":\"tuple\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"getSchemaRegistry\",\"outputs\":[{\"internalType\":\"contractISchemaRegistry\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"components\":[{\"internalType\":\"bytes32\",\"name\":\"schema\",\"type\":\"bytes32\"},{\"components\":[{\"internalType\":\"bytes32\",\"name\":\"uid\",\"type\":\"bytes32\"},{\"internalType\":\"uint256\",\"name\":\"value\",\"type\":\"uint256\"}],\"internalType\":\"structRevocationRequestData\",\"name\":\"data\",\"type\":\"tuple\"}],\"internalType\":\"structRevocationRequest\",\"name\":\"request\",\"type\":\"tuple\"}],\"name\":\"revoke\",\"outputs\":[],\"stateMutability\":\"payable\",\"type\":\"function\"}]",
	ID:  "EAS",
}

// EAS is an auto generated Go binding around an Ethereum contract.
type EAS struct {
	abi abi.ABI
}

// GetABI returns the ABI associated with this contract binding.
func (c *EAS) GetABI() abi.ABI {
	return c.abi
}

// NewEAS creates a new instance of EAS.
func NewEAS() *EAS {
	parsed, err := EASMetaData.ParseABI()
	if err != nil {
		panic(errors.New("invalid ABI: " + err.Error()))
	}
	return &EAS{abi: *parsed}
}

// Instance creates a wrapper for a deployed contract instance at the given address.
// Use this to create the instance object passed to abigen v2 library functions Call, Transact, etc.
func (c *EAS) Instance(backend bind.ContractBackend, addr common.Address) *bind.BoundContract {
	return bind.NewBoundContract(addr, c.abi, backend, backend, backend)
}

// PackConstructor is the Go binding used to pack the parameters required for
// contract deployment.
//
// Solidity: constructor(address registry) returns()
func (eAS *EAS) PackConstructor(registry common.Address) []byte {
	enc, err := eAS.abi.Pack("", registry)
	if err != nil {
		panic(err)
	}
	return enc
}

// PackAttest is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf17325e7.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function attest((bytes32,(address,uint64,bool,bytes32,bytes,uint256)) request) payable returns(bytes32)
func (eAS *EAS) PackAttest(request AttestationRequest) []byte {
	enc, err := eAS.abi.Pack("attest", request)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackAttest is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf17325e7.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function attest((bytes32,(address,uint64,bool,bytes32,bytes,uint256)) request) payable returns(bytes32)
func (eAS *EAS) TryPackAttest(request AttestationRequest) ([]byte, error) {
	return eAS.abi.Pack("attest", request)
}

// UnpackAttest is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xf17325e7.
//
// Solidity: function attest((bytes32,(address,uint64,bool,bytes32,bytes,uint256)) request) payable returns(bytes32)
func (eAS *EAS) UnpackAttest(data []byte) ([32]byte, error) {
	out, err := eAS.abi.Unpack("attest", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackGetAttestation is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xa3112a64.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function getAttestation(bytes32 uid) view returns((bytes32,bytes32,uint64,uint64,uint64,bytes32,address,address,bool,bytes))
func (eAS *EAS) PackGetAttestation(uid [32]byte) []byte {
	enc, err := eAS.abi.Pack("getAttestation", uid)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackGetAttestation is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xa3112a64.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function getAttestation(bytes32 uid) view returns((bytes32,bytes32,uint64,uint64,uint64,bytes32,address,address,bool,bytes))
func (eAS *EAS) TryPackGetAttestation(uid [32]byte) ([]byte, error) {
	return eAS.abi.Pack("getAttestation", uid)
}

// UnpackGetAttestation is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xa3112a64.
//
// Solidity: function getAttestation(bytes32 uid) view returns((bytes32,bytes32,uint64,uint64,uint64,bytes32,address,address,bool,bytes))
func (eAS *EAS) UnpackGetAttestation(data []byte) (Attestation, error) {
	out, err := eAS.abi.Unpack("getAttestation", data)
	if err != nil {
		return *new(Attestation), err
	}
	out0 := *abi.ConvertType(out[0], new(Attestation)).(*Attestation)
	return out0, nil
}

// PackGetSchemaRegistry is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf10b5cc8.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function getSchemaRegistry() view returns(address)
func (eAS *EAS) PackGetSchemaRegistry() []byte {
	enc, err := eAS.abi.Pack("getSchemaRegistry")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackGetSchemaRegistry is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf10b5cc8.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function getSchemaRegistry() view returns(address)
func (eAS *EAS) TryPackGetSchemaRegistry() ([]byte, error) {
	return eAS.abi.Pack("getSchemaRegistry")
}

// UnpackGetSchemaRegistry is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xf10b5cc8.
//
// Solidity: function getSchemaRegistry() view returns(address)
func (eAS *EAS) UnpackGetSchemaRegistry(data []byte) (common.Address, error) {
	out, err := eAS.abi.Unpack("getSchemaRegistry", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackRevoke is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x46926267.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function revoke((bytes32,(bytes32,uint256)) request) payable returns()
func (eAS *EAS) PackRevoke(request RevocationRequest) []byte {
	enc, err := eAS.abi.Pack("revoke", request)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackRevoke is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x46926267.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function revoke((bytes32,(bytes32,uint256)) request) payable returns()
func (eAS *EAS) TryPackRevoke(request RevocationRequest) ([]byte, error) {
	return eAS.abi.Pack("revoke", request)
}

// EASAttested represents a Attested event raised by the EAS contract.
type EASAttested struct {
	Recipient common.Address
	Attester  common.Address
	Uid       [32]byte
	SchemaUID [32]byte
	Raw       *types.Log // Blockchain specific contextual infos
}

const EASAttestedEventName = "Attested"

// ContractEventName returns the user-defined event name.
func (EASAttested) ContractEventName() string {
	return EASAttestedEventName
}

// UnpackAttestedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Attested(address indexed recipient, address indexed attester, bytes32 uid, bytes32 indexed schemaUID)
func (eAS *EAS) UnpackAttestedEvent(log *types.Log) (*EASAttested, error) {
	event := "Attested"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != eAS.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(EASAttested)
	if len(log.Data) > 0 {
		if err := eAS.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range eAS.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// EASRevoked represents a Revoked event raised by the EAS contract.
type EASRevoked struct {
	Recipient common.Address
	Attester  common.Address
	Uid       [32]byte
	SchemaUID [32]byte
	Raw       *types.Log // Blockchain specific contextual infos
}

const EASRevokedEventName = "Revoked"

// ContractEventName returns the user-defined event name.
func (EASRevoked) ContractEventName() string {
	return EASRevokedEventName
}

// UnpackRevokedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Revoked(address indexed recipient, address indexed attester, bytes32 uid, bytes32 indexed schemaUID)
func (eAS *EAS) UnpackRevokedEvent(log *types.Log) (*EASRevoked, error) {
	event := "Revoked"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != eAS.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(EASRevoked)
	if len(log.Data) > 0 {
		if err := eAS.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range eAS.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// JobOrdersMetaData contains all meta data concerning the JobOrders contract.
var JobOrdersMetaData = bind.MetaData{
	ABI: "[{\"type\":\"constructor\",\"inputs\":[{\"name\":\"registry_\",\"type\":\"address\",\"internalType\":\"contractIModelRegistry\"},{\"name\":\"pass_\",\"type\":\"address\",\"internalType\":\"contractIUsagePass\"},{\"name\":\"controller_\",\"type\":\"address\",\"internalType\":\"contractIUsageController\"},{\"name\":\"authority\",\"type\":\"address\",\"internalType\":\"address\"}],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"accept\",\"inputs\":[{\"name\":\"terms\",\"type\":\"tuple\",\"internalType\":\"structIJobOrders.OrderTerms\",\"components\":[{\"name\":\"payer\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"provider\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"relay\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"arbiter\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"plan\",\"type\":\"bytes32\",\"internalType\":\"PlanId\"},{\"name\":\"version\",\"type\":\"bytes32\",\"internalType\":\"VersionId\"},{\"name\":\"units\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"pay\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"bond\",\"type\":\"uint96\",\"internalType\":\"uint96\"},{\"name\":\"fee\",\"type\":\"uint96\",\"internalType\":\"uint96\"},{\"name\":\"job\",\"type\":\"bytes32\",\"internalType\":\"Digest\"},{\"name\":\"acceptBy\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"deliverBy\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"review\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"ruling\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"salt\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"}]},{\"name\":\"receiptKey\",\"type\":\"address\",\"internalType\":\"address\"}],\"outputs\":[],\"stateMutability\":\"payable\"},{\"type\":\"function\",\"name\":\"authority\",\"inputs\":[],\"outputs\":[{\"name\":\"\",\"type\":\"address\",\"internalType\":\"address\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"cancel\",\"inputs\":[{\"name\":\"terms\",\"type\":\"tuple\",\"internalType\":\"structIJobOrders.OrderTerms\",\"components\":[{\"name\":\"payer\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"provider\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"relay\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"arbiter\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"plan\",\"type\":\"bytes32\",\"internalType\":\"PlanId\"},{\"name\":\"version\",\"type\":\"bytes32\",\"internalType\":\"VersionId\"},{\"name\":\"units\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"pay\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"bond\",\"type\":\"uint96\",\"internalType\":\"uint96\"},{\"name\":\"fee\",\"type\":\"uint96\",\"internalType\":\"uint96\"},{\"name\":\"job\",\"type\":\"bytes32\",\"internalType\":\"Digest\"},{\"name\":\"acceptBy\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"deliverBy\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"review\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"ruling\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"salt\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"}]}],\"outputs\":[],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"controller\",\"inputs\":[],\"outputs\":[{\"name\":\"\",\"type\":\"address\",\"internalType\":\"contractIUsageController\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"creditOf\",\"inputs\":[{\"name\":\"token\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"account\",\"type\":\"address\",\"internalType\":\"address\"}],\"outputs\":[{\"name\":\"\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"decide\",\"inputs\":[{\"name\":\"terms\",\"type\":\"tuple\",\"internalType\":\"structIJobOrders.OrderTerms\",\"components\":[{\"name\":\"payer\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"provider\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"relay\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"arbiter\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"plan\",\"type\":\"bytes32\",\"internalType\":\"PlanId\"},{\"name\":\"version\",\"type\":\"bytes32\",\"internalType\":\"VersionId\"},{\"name\":\"units\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"pay\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"bond\",\"type\":\"uint96\",\"internalType\":\"uint96\"},{\"name\":\"fee\",\"type\":\"uint96\",\"internalType\":\"uint96\"},{\"name\":\"job\",\"type\":\"bytes32\",\"internalType\":\"Digest\"},{\"name\":\"acceptBy\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"deliverBy\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"review\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"ruling\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"salt\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"}]},{\"name\":\"done\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"lost\",\"type\":\"uint96\",\"internalType\":\"uint96\"}],\"outputs\":[],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"deliver\",\"inputs\":[{\"name\":\"terms\",\"type\":\"tuple\",\"internalType\":\"structIJobOrders.OrderTerms\",\"components\":[{\"name\":\"payer\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"provider\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"relay\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"arbiter\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"plan\",\"type\":\"bytes32\",\"internalType\":\"PlanId\"},{\"name\":\"version\",\"type\":\"bytes32\",\"internalType\":\"VersionId\"},{\"name\":\"units\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"pay\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"bond\",\"type\":\"uint96\",\"internalType\":\"uint96\"},{\"name\":\"fee\",\"type\":\"uint96\",\"internalType\":\"uint96\"},{\"name\":\"job\",\"type\":\"bytes32\",\"internalType\":\"Digest\"},{\"name\":\"acceptBy\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"deliverBy\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"review\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"ruling\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"salt\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"}]},{\"name\":\"result\",\"type\":\"bytes32\",\"internalType\":\"Digest\"}],\"outputs\":[],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"dispute\",\"inputs\":[{\"name\":\"terms\",\"type\":\"tuple\",\"internalType\":\"structIJobOrders.OrderTerms\",\"components\":[{\"name\":\"payer\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"provider\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"relay\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"arbiter\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"plan\",\"type\":\"bytes32\",\"internalType\":\"PlanId\"},{\"name\":\"version\",\"type\":\"bytes32\",\"internalType\":\"VersionId\"},{\"name\":\"units\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"pay\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"bond\",\"type\":\"uint96\",\"internalType\":\"uint96\"},{\"name\":\"fee\",\"type\":\"uint96\",\"internalType\":\"uint96\"},{\"name\":\"job\",\"type\":\"bytes32\",\"internalType\":\"Digest\"},{\"name\":\"acceptBy\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"deliverBy\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"review\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"ruling\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"salt\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"}]},{\"name\":\"reason\",\"type\":\"bytes32\",\"internalType\":\"Digest\"}],\"outputs\":[],\"stateMutability\":\"payable\"},{\"type\":\"function\",\"name\":\"eip712Domain\",\"inputs\":[],\"outputs\":[{\"name\":\"fields\",\"type\":\"bytes1\",\"internalType\":\"bytes1\"},{\"name\":\"name\",\"type\":\"string\",\"internalType\":\"string\"},{\"name\":\"version\",\"type\":\"string\",\"internalType\":\"string\"},{\"name\":\"chainId\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"verifyingContract\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"salt\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"},{\"name\":\"extensions\",\"type\":\"uint256[]\",\"internalType\":\"uint256[]\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"isConsumingScheduledOp\",\"inputs\":[],\"outputs\":[{\"name\":\"\",\"type\":\"bytes4\",\"internalType\":\"bytes4\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"newOrdersPaused\",\"inputs\":[],\"outputs\":[{\"name\":\"\",\"type\":\"bool\",\"internalType\":\"bool\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"open\",\"inputs\":[{\"name\":\"terms\",\"type\":\"tuple\",\"internalType\":\"structIJobOrders.OrderTerms\",\"components\":[{\"name\":\"payer\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"provider\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"relay\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"arbiter\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"plan\",\"type\":\"bytes32\",\"internalType\":\"PlanId\"},{\"name\":\"version\",\"type\":\"bytes32\",\"internalType\":\"VersionId\"},{\"name\":\"units\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"pay\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"bond\",\"type\":\"uint96\",\"internalType\":\"uint96\"},{\"name\":\"fee\",\"type\":\"uint96\",\"internalType\":\"uint96\"},{\"name\":\"job\",\"type\":\"bytes32\",\"internalType\":\"Digest\"},{\"name\":\"acceptBy\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"deliverBy\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"review\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"ruling\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"salt\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"}]}],\"outputs\":[{\"name\":\"order\",\"type\":\"bytes32\",\"internalType\":\"OrderId\"}],\"stateMutability\":\"payable\"},{\"type\":\"function\",\"name\":\"openBySig\",\"inputs\":[{\"name\":\"terms\",\"type\":\"tuple\",\"internalType\":\"structIJobOrders.OrderTerms\",\"components\":[{\"name\":\"payer\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"provider\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"relay\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"arbiter\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"plan\",\"type\":\"bytes32\",\"internalType\":\"PlanId\"},{\"name\":\"version\",\"type\":\"bytes32\",\"internalType\":\"VersionId\"},{\"name\":\"units\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"pay\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"bond\",\"type\":\"uint96\",\"internalType\":\"uint96\"},{\"name\":\"fee\",\"type\":\"uint96\",\"internalType\":\"uint96\"},{\"name\":\"job\",\"type\":\"bytes32\",\"internalType\":\"Digest\"},{\"name\":\"acceptBy\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"deliverBy\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"review\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"ruling\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"salt\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"}]},{\"name\":\"signature\",\"type\":\"bytes\",\"internalType\":\"bytes\"}],\"outputs\":[{\"name\":\"order\",\"type\":\"bytes32\",\"internalType\":\"OrderId\"}],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"openWithAuthorization\",\"inputs\":[{\"name\":\"terms\",\"type\":\"tuple\",\"internalType\":\"structIJobOrders.OrderTerms\",\"components\":[{\"name\":\"payer\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"provider\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"relay\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"arbiter\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"plan\",\"type\":\"bytes32\",\"internalType\":\"PlanId\"},{\"name\":\"version\",\"type\":\"bytes32\",\"internalType\":\"VersionId\"},{\"name\":\"units\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"pay\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"bond\",\"type\":\"uint96\",\"internalType\":\"uint96\"},{\"name\":\"fee\",\"type\":\"uint96\",\"internalType\":\"uint96\"},{\"name\":\"job\",\"type\":\"bytes32\",\"internalType\":\"Digest\"},{\"name\":\"acceptBy\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"deliverBy\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"review\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"ruling\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"salt\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"}]},{\"name\":\"authorization\",\"type\":\"tuple\",\"internalType\":\"structITill.Authorization\",\"components\":[{\"name\":\"from\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"validAfter\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"validBefore\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"v\",\"type\":\"uint8\",\"internalType\":\"uint8\"},{\"name\":\"r\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"},{\"name\":\"s\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"}]}],\"outputs\":[{\"name\":\"order\",\"type\":\"bytes32\",\"internalType\":\"OrderId\"}],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"orderId\",\"inputs\":[{\"name\":\"terms\",\"type\":\"tuple\",\"internalType\":\"structIJobOrders.OrderTerms\",\"components\":[{\"name\":\"payer\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"provider\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"relay\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"arbiter\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"plan\",\"type\":\"bytes32\",\"internalType\":\"PlanId\"},{\"name\":\"version\",\"type\":\"bytes32\",\"internalType\":\"VersionId\"},{\"name\":\"units\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"pay\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"bond\",\"type\":\"uint96\",\"internalType\":\"uint96\"},{\"name\":\"fee\",\"type\":\"uint96\",\"internalType\":\"uint96\"},{\"name\":\"job\",\"type\":\"bytes32\",\"internalType\":\"Digest\"},{\"name\":\"acceptBy\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"deliverBy\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"review\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"ruling\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"salt\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"}]}],\"outputs\":[{\"name\":\"\",\"type\":\"bytes32\",\"internalType\":\"OrderId\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"orderOf\",\"inputs\":[{\"name\":\"order\",\"type\":\"bytes32\",\"internalType\":\"OrderId\"}],\"outputs\":[{\"name\":\"\",\"type\":\"tuple\",\"internalType\":\"structIJobOrders.Order\",\"components\":[{\"name\":\"state\",\"type\":\"uint8\",\"internalType\":\"enumIJobOrders.State\"},{\"name\":\"due\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"receiptKey\",\"type\":\"address\",\"internalType\":\"address\"}]}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"pass\",\"inputs\":[],\"outputs\":[{\"name\":\"\",\"type\":\"address\",\"internalType\":\"contractIUsagePass\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"pauseNewOrders\",\"inputs\":[{\"name\":\"paused\",\"type\":\"bool\",\"internalType\":\"bool\"}],\"outputs\":[],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"priceOf\",\"inputs\":[{\"name\":\"terms\",\"type\":\"tuple\",\"internalType\":\"structIJobOrders.OrderTerms\",\"components\":[{\"name\":\"payer\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"provider\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"relay\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"arbiter\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"plan\",\"type\":\"bytes32\",\"internalType\":\"PlanId\"},{\"name\":\"version\",\"type\":\"bytes32\",\"internalType\":\"VersionId\"},{\"name\":\"units\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"pay\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"bond\",\"type\":\"uint96\",\"internalType\":\"uint96\"},{\"name\":\"fee\",\"type\":\"uint96\",\"internalType\":\"uint96\"},{\"name\":\"job\",\"type\":\"bytes32\",\"internalType\":\"Digest\"},{\"name\":\"acceptBy\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"deliverBy\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"review\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"ruling\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"salt\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"}]}],\"outputs\":[{\"name\":\"token\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"price\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"receiptHash\",\"inputs\":[{\"name\":\"order\",\"type\":\"bytes32\",\"internalType\":\"OrderId\"},{\"name\":\"seq\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"result\",\"type\":\"bytes32\",\"internalType\":\"Digest\"}],\"outputs\":[{\"name\":\"\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"registry\",\"inputs\":[],\"outputs\":[{\"name\":\"\",\"type\":\"address\",\"internalType\":\"contractIModelRegistry\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"release\",\"inputs\":[{\"name\":\"terms\",\"type\":\"tuple\",\"internalType\":\"structIJobOrders.OrderTerms\",\"components\":[{\"name\":\"payer\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"provider\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"relay\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"arbiter\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"plan\",\"type\":\"bytes32\",\"internalType\":\"PlanId\"},{\"name\":\"version\",\"type\":\"bytes32\",\"internalType\":\"VersionId\"},{\"name\":\"units\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"pay\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"bond\",\"type\":\"uint96\",\"internalType\":\"uint96\"},{\"name\":\"fee\",\"type\":\"uint96\",\"internalType\":\"uint96\"},{\"name\":\"job\",\"type\":\"bytes32\",\"internalType\":\"Digest\"},{\"name\":\"acceptBy\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"deliverBy\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"review\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"ruling\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"salt\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"}]}],\"outputs\":[],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"setAuthority\",\"inputs\":[{\"name\":\"newAuthority\",\"type\":\"address\",\"internalType\":\"address\"}],\"outputs\":[],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"settle\",\"inputs\":[{\"name\":\"terms\",\"type\":\"tuple\",\"internalType\":\"structIJobOrders.OrderTerms\",\"components\":[{\"name\":\"payer\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"provider\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"relay\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"arbiter\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"plan\",\"type\":\"bytes32\",\"internalType\":\"PlanId\"},{\"name\":\"version\",\"type\":\"bytes32\",\"internalType\":\"VersionId\"},{\"name\":\"units\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"pay\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"bond\",\"type\":\"uint96\",\"internalType\":\"uint96\"},{\"name\":\"fee\",\"type\":\"uint96\",\"internalType\":\"uint96\"},{\"name\":\"job\",\"type\":\"bytes32\",\"internalType\":\"Digest\"},{\"name\":\"acceptBy\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"deliverBy\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"review\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"ruling\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"salt\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"}]}],\"outputs\":[],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"slash\",\"inputs\":[{\"name\":\"terms\",\"type\":\"tuple\",\"internalType\":\"structIJobOrders.OrderTerms\",\"components\":[{\"name\":\"payer\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"provider\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"relay\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"arbiter\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"plan\",\"type\":\"bytes32\",\"internalType\":\"PlanId\"},{\"name\":\"version\",\"type\":\"bytes32\",\"internalType\":\"VersionId\"},{\"name\":\"units\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"pay\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"bond\",\"type\":\"uint96\",\"internalType\":\"uint96\"},{\"name\":\"fee\",\"type\":\"uint96\",\"internalType\":\"uint96\"},{\"name\":\"job\",\"type\":\"bytes32\",\"internalType\":\"Digest\"},{\"name\":\"acceptBy\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"deliverBy\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"review\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"ruling\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"salt\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"}]},{\"name\":\"seq\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"results\",\"type\":\"bytes32[2]\",\"internalType\":\"Digest[2]\"},{\"name\":\"signatures\",\"type\":\"bytes[2]\",\"internalType\":\"bytes[2]\"}],\"outputs\":[],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"withdraw\",\"inputs\":[{\"name\":\"token\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"account\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"to\",\"type\":\"address\",\"internalType\":\"address\"}],\"outputs\":[{\"name\":\"amount\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"stateMutability\":\"nonpayable\"},{\"type\":\"event\",\"name\":\"AuthorityUpdated\",\"inputs\":[{\"name\":\"authority\",\"type\":\"address\",\"indexed\":false,\"internalType\":\"address\"}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"Credited\",\"inputs\":[{\"name\":\"token\",\"type\":\"address\",\"indexed\":true,\"internalType\":\"address\"},{\"name\":\"account\",\"type\":\"address\",\"indexed\":true,\"internalType\":\"address\"},{\"name\":\"amount\",\"type\":\"uint256\",\"indexed\":false,\"internalType\":\"uint256\"}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"EIP712DomainChanged\",\"inputs\":[],\"anonymous\":false},{\"type\":\"event\",\"name\":\"Equivocated\",\"inputs\":[{\"name\":\"order\",\"type\":\"bytes32\",\"indexed\":true,\"internalType\":\"OrderId\"},{\"name\":\"provider\",\"type\":\"address\",\"indexed\":true,\"internalType\":\"address\"},{\"name\":\"seq\",\"type\":\"uint64\",\"indexed\":false,\"internalType\":\"uint64\"},{\"name\":\"one\",\"type\":\"bytes32\",\"indexed\":false,\"internalType\":\"Digest\"},{\"name\":\"other\",\"type\":\"bytes32\",\"indexed\":false,\"internalType\":\"Digest\"}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"NewOrdersPaused\",\"inputs\":[{\"name\":\"paused\",\"type\":\"bool\",\"indexed\":false,\"internalType\":\"bool\"}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"OrderAccepted\",\"inputs\":[{\"name\":\"order\",\"type\":\"bytes32\",\"indexed\":true,\"internalType\":\"OrderId\"},{\"name\":\"provider\",\"type\":\"address\",\"indexed\":true,\"internalType\":\"address\"},{\"name\":\"receiptKey\",\"type\":\"address\",\"indexed\":false,\"internalType\":\"address\"}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"OrderDelivered\",\"inputs\":[{\"name\":\"order\",\"type\":\"bytes32\",\"indexed\":true,\"internalType\":\"OrderId\"},{\"name\":\"provider\",\"type\":\"address\",\"indexed\":true,\"internalType\":\"address\"},{\"name\":\"result\",\"type\":\"bytes32\",\"indexed\":false,\"internalType\":\"Digest\"},{\"name\":\"reviewEnd\",\"type\":\"uint32\",\"indexed\":false,\"internalType\":\"uint32\"}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"OrderDisputed\",\"inputs\":[{\"name\":\"order\",\"type\":\"bytes32\",\"indexed\":true,\"internalType\":\"OrderId\"},{\"name\":\"arbiter\",\"type\":\"address\",\"indexed\":true,\"internalType\":\"address\"},{\"name\":\"reason\",\"type\":\"bytes32\",\"indexed\":false,\"internalType\":\"Digest\"},{\"name\":\"rulingEnd\",\"type\":\"uint32\",\"indexed\":false,\"internalType\":\"uint32\"}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"OrderEnded\",\"inputs\":[{\"name\":\"order\",\"type\":\"bytes32\",\"indexed\":true,\"internalType\":\"OrderId\"},{\"name\":\"outcome\",\"type\":\"uint8\",\"indexed\":true,\"internalType\":\"enumIJobOrders.Outcome\"},{\"name\":\"done\",\"type\":\"uint32\",\"indexed\":false,\"internalType\":\"uint32\"},{\"name\":\"lost\",\"type\":\"uint96\",\"indexed\":false,\"internalType\":\"uint96\"}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"OrderOpened\",\"inputs\":[{\"name\":\"order\",\"type\":\"bytes32\",\"indexed\":true,\"internalType\":\"OrderId\"},{\"name\":\"payer\",\"type\":\"address\",\"indexed\":true,\"internalType\":\"address\"},{\"name\":\"provider\",\"type\":\"address\",\"indexed\":true,\"internalType\":\"address\"},{\"name\":\"terms\",\"type\":\"tuple\",\"indexed\":false,\"internalType\":\"structIJobOrders.OrderTerms\",\"components\":[{\"name\":\"payer\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"provider\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"relay\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"arbiter\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"plan\",\"type\":\"bytes32\",\"internalType\":\"PlanId\"},{\"name\":\"version\",\"type\":\"bytes32\",\"internalType\":\"VersionId\"},{\"name\":\"units\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"pay\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"bond\",\"type\":\"uint96\",\"internalType\":\"uint96\"},{\"name\":\"fee\",\"type\":\"uint96\",\"internalType\":\"uint96\"},{\"name\":\"job\",\"type\":\"bytes32\",\"internalType\":\"Digest\"},{\"name\":\"acceptBy\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"deliverBy\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"review\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"ruling\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"salt\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"}]}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"Withdrawn\",\"inputs\":[{\"name\":\"token\",\"type\":\"address\",\"indexed\":true,\"internalType\":\"address\"},{\"name\":\"account\",\"type\":\"address\",\"indexed\":true,\"internalType\":\"address\"},{\"name\":\"to\",\"type\":\"address\",\"indexed\":false,\"internalType\":\"address\"},{\"name\":\"amount\",\"type\":\"uint256\",\"indexed\":false,\"internalType\":\"uint256\"}],\"anonymous\":false},{\"type\":\"error\",\"name\":\"AccessManagedInvalidAuthority\",\"inputs\":[{\"name\":\"authority\",\"type\":\"address\",\"internalType\":\"address\"}]},{\"type\":\"error\",\"name\":\"AccessManagedRequiredDelay\",\"inputs\":[{\"name\":\"caller\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"delay\",\"type\":\"uint32\",\"internalType\":\"uint32\"}]},{\"type\":\"error\",\"name\":\"AccessManagedUnauthorized\",\"inputs\":[{\"name\":\"caller\",\"type\":\"address\",\"internalType\":\"address\"}]},{\"type\":\"error\",\"name\":\"FailedCall\",\"inputs\":[]},{\"type\":\"error\",\"name\":\"InsufficientBalance\",\"inputs\":[{\"name\":\"balance\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"needed\",\"type\":\"uint256\",\"internalType\":\"uint256\"}]},{\"type\":\"error\",\"name\":\"InvalidShortString\",\"inputs\":[]},{\"type\":\"error\",\"name\":\"JobOrders_BadReceipt\",\"inputs\":[{\"name\":\"result\",\"type\":\"bytes32\",\"internalType\":\"Digest\"}]},{\"type\":\"error\",\"name\":\"JobOrders_BadRuling\",\"inputs\":[{\"name\":\"done\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"units\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"lost\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"bond\",\"type\":\"uint256\",\"internalType\":\"uint256\"}]},{\"type\":\"error\",\"name\":\"JobOrders_BadSignature\",\"inputs\":[{\"name\":\"payer\",\"type\":\"address\",\"internalType\":\"address\"}]},{\"type\":\"error\",\"name\":\"JobOrders_BadTimes\",\"inputs\":[{\"name\":\"acceptBy\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"deliverBy\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"time\",\"type\":\"uint256\",\"internalType\":\"uint256\"}]},{\"type\":\"error\",\"name\":\"JobOrders_BadWindow\",\"inputs\":[{\"name\":\"window\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"least\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"most\",\"type\":\"uint256\",\"internalType\":\"uint256\"}]},{\"type\":\"error\",\"name\":\"JobOrders_FeeAboveBond\",\"inputs\":[{\"name\":\"fee\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"bond\",\"type\":\"uint256\",\"internalType\":\"uint256\"}]},{\"type\":\"error\",\"name\":\"JobOrders_NoUnits\",\"inputs\":[]},{\"type\":\"error\",\"name\":\"JobOrders_NotParty\",\"inputs\":[{\"name\":\"order\",\"type\":\"bytes32\",\"internalType\":\"OrderId\"},{\"name\":\"caller\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"party\",\"type\":\"address\",\"internalType\":\"address\"}]},{\"type\":\"error\",\"name\":\"JobOrders_OtherModel\",\"inputs\":[{\"name\":\"version\",\"type\":\"bytes32\",\"internalType\":\"VersionId\"},{\"name\":\"plan\",\"type\":\"bytes32\",\"internalType\":\"PlanId\"}]},{\"type\":\"error\",\"name\":\"JobOrders_Paused\",\"inputs\":[]},{\"type\":\"error\",\"name\":\"JobOrders_PayAboveCap\",\"inputs\":[{\"name\":\"pay\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"cap\",\"type\":\"uint256\",\"internalType\":\"uint256\"}]},{\"type\":\"error\",\"name\":\"JobOrders_SameResult\",\"inputs\":[{\"name\":\"result\",\"type\":\"bytes32\",\"internalType\":\"Digest\"}]},{\"type\":\"error\",\"name\":\"JobOrders_Subscription\",\"inputs\":[{\"name\":\"plan\",\"type\":\"bytes32\",\"internalType\":\"PlanId\"}]},{\"type\":\"error\",\"name\":\"JobOrders_TokenNotAllowed\",\"inputs\":[{\"name\":\"token\",\"type\":\"address\",\"internalType\":\"address\"}]},{\"type\":\"error\",\"name\":\"JobOrders_TooEarly\",\"inputs\":[{\"name\":\"order\",\"type\":\"bytes32\",\"internalType\":\"OrderId\"},{\"name\":\"due\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"time\",\"type\":\"uint256\",\"internalType\":\"uint256\"}]},{\"type\":\"error\",\"name\":\"JobOrders_TooLate\",\"inputs\":[{\"name\":\"order\",\"type\":\"bytes32\",\"internalType\":\"OrderId\"},{\"name\":\"due\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"time\",\"type\":\"uint256\",\"internalType\":\"uint256\"}]},{\"type\":\"error\",\"name\":\"JobOrders_WrongState\",\"inputs\":[{\"name\":\"order\",\"type\":\"bytes32\",\"internalType\":\"OrderId\"},{\"name\":\"state\",\"type\":\"uint8\",\"internalType\":\"enumIJobOrders.State\"}]},{\"type\":\"error\",\"name\":\"JobOrders_ZeroAddress\",\"inputs\":[]},{\"type\":\"error\",\"name\":\"ReentrancyGuardReentrantCall\",\"inputs\":[]},{\"type\":\"error\",\"name\":\"SafeERC20FailedOperation\",\"inputs\":[{\"name\":\"token\",\"type\":\"address\",\"internalType\":\"address\"}]},{\"type\":\"error\",\"name\":\"StringTooLong\",\"inputs\":[{\"name\":\"str\",\"type\":\"string\",\"internalType\":\"string\"}]},{\"type\":\"error\",\"name\":\"Till_NotAccount\",\"inputs\":[{\"name\":\"caller\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"account\",\"type\":\"address\",\"internalType\":\"address\"}]},{\"type\":\"error\",\"name\":\"Till_NothingToWithdraw\",\"inputs\":[{\"name\":\"token\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"account\",\"type\":\"address\",\"internalType\":\"address\"}]},{\"type\":\"error\",\"name\":\"Till_WrongAmount\",\"inputs\":[{\"name\":\"token\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"arrived\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"cost\",\"type\":\"uint256\",\"internalType\":\"uint256\"}]},{\"type\":\"error\",\"name\":\"Till_WrongValue\",\"inputs\":[{\"name\":\"sent\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"cost\",\"type\":\"uint256\",\"internalType\":\"uint256\"}]},{\"type\":\"error\",\"name\":\"Till_ZeroAddress\",\"inputs\":[]}]",
	ID:  "JobOrders",
}

// JobOrders is an auto generated Go binding around an Ethereum contract.
type JobOrders struct {
	abi abi.ABI
}

// GetABI returns the ABI associated with this contract binding.
func (c *JobOrders) GetABI() abi.ABI {
	return c.abi
}

// NewJobOrders creates a new instance of JobOrders.
func NewJobOrders() *JobOrders {
	parsed, err := JobOrdersMetaData.ParseABI()
	if err != nil {
		panic(errors.New("invalid ABI: " + err.Error()))
	}
	return &JobOrders{abi: *parsed}
}

// Instance creates a wrapper for a deployed contract instance at the given address.
// Use this to create the instance object passed to abigen v2 library functions Call, Transact, etc.
func (c *JobOrders) Instance(backend bind.ContractBackend, addr common.Address) *bind.BoundContract {
	return bind.NewBoundContract(addr, c.abi, backend, backend, backend)
}

// PackConstructor is the Go binding used to pack the parameters required for
// contract deployment.
//
// Solidity: constructor(address registry_, address pass_, address controller_, address authority) returns()
func (jobOrders *JobOrders) PackConstructor(registry_ common.Address, pass_ common.Address, controller_ common.Address, authority common.Address) []byte {
	enc, err := jobOrders.abi.Pack("", registry_, pass_, controller_, authority)
	if err != nil {
		panic(err)
	}
	return enc
}

// PackAccept is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x92543850.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function accept((address,address,address,address,bytes32,bytes32,uint32,uint64,uint96,uint96,bytes32,uint32,uint32,uint32,uint32,bytes32) terms, address receiptKey) payable returns()
func (jobOrders *JobOrders) PackAccept(terms IJobOrdersOrderTerms, receiptKey common.Address) []byte {
	enc, err := jobOrders.abi.Pack("accept", terms, receiptKey)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackAccept is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x92543850.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function accept((address,address,address,address,bytes32,bytes32,uint32,uint64,uint96,uint96,bytes32,uint32,uint32,uint32,uint32,bytes32) terms, address receiptKey) payable returns()
func (jobOrders *JobOrders) TryPackAccept(terms IJobOrdersOrderTerms, receiptKey common.Address) ([]byte, error) {
	return jobOrders.abi.Pack("accept", terms, receiptKey)
}

// PackAuthority is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xbf7e214f.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function authority() view returns(address)
func (jobOrders *JobOrders) PackAuthority() []byte {
	enc, err := jobOrders.abi.Pack("authority")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackAuthority is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xbf7e214f.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function authority() view returns(address)
func (jobOrders *JobOrders) TryPackAuthority() ([]byte, error) {
	return jobOrders.abi.Pack("authority")
}

// UnpackAuthority is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xbf7e214f.
//
// Solidity: function authority() view returns(address)
func (jobOrders *JobOrders) UnpackAuthority(data []byte) (common.Address, error) {
	out, err := jobOrders.abi.Unpack("authority", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackCancel is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x703b960e.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function cancel((address,address,address,address,bytes32,bytes32,uint32,uint64,uint96,uint96,bytes32,uint32,uint32,uint32,uint32,bytes32) terms) returns()
func (jobOrders *JobOrders) PackCancel(terms IJobOrdersOrderTerms) []byte {
	enc, err := jobOrders.abi.Pack("cancel", terms)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackCancel is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x703b960e.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function cancel((address,address,address,address,bytes32,bytes32,uint32,uint64,uint96,uint96,bytes32,uint32,uint32,uint32,uint32,bytes32) terms) returns()
func (jobOrders *JobOrders) TryPackCancel(terms IJobOrdersOrderTerms) ([]byte, error) {
	return jobOrders.abi.Pack("cancel", terms)
}

// PackController is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf77c4791.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function controller() view returns(address)
func (jobOrders *JobOrders) PackController() []byte {
	enc, err := jobOrders.abi.Pack("controller")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackController is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf77c4791.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function controller() view returns(address)
func (jobOrders *JobOrders) TryPackController() ([]byte, error) {
	return jobOrders.abi.Pack("controller")
}

// UnpackController is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xf77c4791.
//
// Solidity: function controller() view returns(address)
func (jobOrders *JobOrders) UnpackController(data []byte) (common.Address, error) {
	out, err := jobOrders.abi.Unpack("controller", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackCreditOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x035ec584.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function creditOf(address token, address account) view returns(uint256)
func (jobOrders *JobOrders) PackCreditOf(token common.Address, account common.Address) []byte {
	enc, err := jobOrders.abi.Pack("creditOf", token, account)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackCreditOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x035ec584.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function creditOf(address token, address account) view returns(uint256)
func (jobOrders *JobOrders) TryPackCreditOf(token common.Address, account common.Address) ([]byte, error) {
	return jobOrders.abi.Pack("creditOf", token, account)
}

// UnpackCreditOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x035ec584.
//
// Solidity: function creditOf(address token, address account) view returns(uint256)
func (jobOrders *JobOrders) UnpackCreditOf(data []byte) (*big.Int, error) {
	out, err := jobOrders.abi.Unpack("creditOf", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackDecide is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xe1f88ebc.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function decide((address,address,address,address,bytes32,bytes32,uint32,uint64,uint96,uint96,bytes32,uint32,uint32,uint32,uint32,bytes32) terms, uint32 done, uint96 lost) returns()
func (jobOrders *JobOrders) PackDecide(terms IJobOrdersOrderTerms, done uint32, lost *big.Int) []byte {
	enc, err := jobOrders.abi.Pack("decide", terms, done, lost)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackDecide is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xe1f88ebc.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function decide((address,address,address,address,bytes32,bytes32,uint32,uint64,uint96,uint96,bytes32,uint32,uint32,uint32,uint32,bytes32) terms, uint32 done, uint96 lost) returns()
func (jobOrders *JobOrders) TryPackDecide(terms IJobOrdersOrderTerms, done uint32, lost *big.Int) ([]byte, error) {
	return jobOrders.abi.Pack("decide", terms, done, lost)
}

// PackDeliver is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x44dc12ed.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function deliver((address,address,address,address,bytes32,bytes32,uint32,uint64,uint96,uint96,bytes32,uint32,uint32,uint32,uint32,bytes32) terms, bytes32 result) returns()
func (jobOrders *JobOrders) PackDeliver(terms IJobOrdersOrderTerms, result [32]byte) []byte {
	enc, err := jobOrders.abi.Pack("deliver", terms, result)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackDeliver is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x44dc12ed.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function deliver((address,address,address,address,bytes32,bytes32,uint32,uint64,uint96,uint96,bytes32,uint32,uint32,uint32,uint32,bytes32) terms, bytes32 result) returns()
func (jobOrders *JobOrders) TryPackDeliver(terms IJobOrdersOrderTerms, result [32]byte) ([]byte, error) {
	return jobOrders.abi.Pack("deliver", terms, result)
}

// PackDispute is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xdd39595b.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function dispute((address,address,address,address,bytes32,bytes32,uint32,uint64,uint96,uint96,bytes32,uint32,uint32,uint32,uint32,bytes32) terms, bytes32 reason) payable returns()
func (jobOrders *JobOrders) PackDispute(terms IJobOrdersOrderTerms, reason [32]byte) []byte {
	enc, err := jobOrders.abi.Pack("dispute", terms, reason)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackDispute is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xdd39595b.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function dispute((address,address,address,address,bytes32,bytes32,uint32,uint64,uint96,uint96,bytes32,uint32,uint32,uint32,uint32,bytes32) terms, bytes32 reason) payable returns()
func (jobOrders *JobOrders) TryPackDispute(terms IJobOrdersOrderTerms, reason [32]byte) ([]byte, error) {
	return jobOrders.abi.Pack("dispute", terms, reason)
}

// PackEip712Domain is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x84b0196e.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function eip712Domain() view returns(bytes1 fields, string name, string version, uint256 chainId, address verifyingContract, bytes32 salt, uint256[] extensions)
func (jobOrders *JobOrders) PackEip712Domain() []byte {
	enc, err := jobOrders.abi.Pack("eip712Domain")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackEip712Domain is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x84b0196e.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function eip712Domain() view returns(bytes1 fields, string name, string version, uint256 chainId, address verifyingContract, bytes32 salt, uint256[] extensions)
func (jobOrders *JobOrders) TryPackEip712Domain() ([]byte, error) {
	return jobOrders.abi.Pack("eip712Domain")
}

// JobOrdersEip712DomainOutput serves as a container for the return parameters of contract
// method Eip712Domain.
type JobOrdersEip712DomainOutput struct {
	Fields            [1]byte
	Name              string
	Version           string
	ChainId           *big.Int
	VerifyingContract common.Address
	Salt              [32]byte
	Extensions        []*big.Int
}

// UnpackEip712Domain is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x84b0196e.
//
// Solidity: function eip712Domain() view returns(bytes1 fields, string name, string version, uint256 chainId, address verifyingContract, bytes32 salt, uint256[] extensions)
func (jobOrders *JobOrders) UnpackEip712Domain(data []byte) (JobOrdersEip712DomainOutput, error) {
	out, err := jobOrders.abi.Unpack("eip712Domain", data)
	outstruct := new(JobOrdersEip712DomainOutput)
	if err != nil {
		return *outstruct, err
	}
	outstruct.Fields = *abi.ConvertType(out[0], new([1]byte)).(*[1]byte)
	outstruct.Name = *abi.ConvertType(out[1], new(string)).(*string)
	outstruct.Version = *abi.ConvertType(out[2], new(string)).(*string)
	outstruct.ChainId = abi.ConvertType(out[3], new(big.Int)).(*big.Int)
	outstruct.VerifyingContract = *abi.ConvertType(out[4], new(common.Address)).(*common.Address)
	outstruct.Salt = *abi.ConvertType(out[5], new([32]byte)).(*[32]byte)
	outstruct.Extensions = *abi.ConvertType(out[6], new([]*big.Int)).(*[]*big.Int)
	return *outstruct, nil
}

// PackIsConsumingScheduledOp is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x8fb36037.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function isConsumingScheduledOp() view returns(bytes4)
func (jobOrders *JobOrders) PackIsConsumingScheduledOp() []byte {
	enc, err := jobOrders.abi.Pack("isConsumingScheduledOp")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackIsConsumingScheduledOp is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x8fb36037.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function isConsumingScheduledOp() view returns(bytes4)
func (jobOrders *JobOrders) TryPackIsConsumingScheduledOp() ([]byte, error) {
	return jobOrders.abi.Pack("isConsumingScheduledOp")
}

// UnpackIsConsumingScheduledOp is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x8fb36037.
//
// Solidity: function isConsumingScheduledOp() view returns(bytes4)
func (jobOrders *JobOrders) UnpackIsConsumingScheduledOp(data []byte) ([4]byte, error) {
	out, err := jobOrders.abi.Unpack("isConsumingScheduledOp", data)
	if err != nil {
		return *new([4]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([4]byte)).(*[4]byte)
	return out0, nil
}

// PackNewOrdersPaused is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x95e0f927.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function newOrdersPaused() view returns(bool)
func (jobOrders *JobOrders) PackNewOrdersPaused() []byte {
	enc, err := jobOrders.abi.Pack("newOrdersPaused")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackNewOrdersPaused is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x95e0f927.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function newOrdersPaused() view returns(bool)
func (jobOrders *JobOrders) TryPackNewOrdersPaused() ([]byte, error) {
	return jobOrders.abi.Pack("newOrdersPaused")
}

// UnpackNewOrdersPaused is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x95e0f927.
//
// Solidity: function newOrdersPaused() view returns(bool)
func (jobOrders *JobOrders) UnpackNewOrdersPaused(data []byte) (bool, error) {
	out, err := jobOrders.abi.Unpack("newOrdersPaused", data)
	if err != nil {
		return *new(bool), err
	}
	out0 := *abi.ConvertType(out[0], new(bool)).(*bool)
	return out0, nil
}

// PackOpen is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x54fc3b9c.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function open((address,address,address,address,bytes32,bytes32,uint32,uint64,uint96,uint96,bytes32,uint32,uint32,uint32,uint32,bytes32) terms) payable returns(bytes32 order)
func (jobOrders *JobOrders) PackOpen(terms IJobOrdersOrderTerms) []byte {
	enc, err := jobOrders.abi.Pack("open", terms)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackOpen is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x54fc3b9c.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function open((address,address,address,address,bytes32,bytes32,uint32,uint64,uint96,uint96,bytes32,uint32,uint32,uint32,uint32,bytes32) terms) payable returns(bytes32 order)
func (jobOrders *JobOrders) TryPackOpen(terms IJobOrdersOrderTerms) ([]byte, error) {
	return jobOrders.abi.Pack("open", terms)
}

// UnpackOpen is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x54fc3b9c.
//
// Solidity: function open((address,address,address,address,bytes32,bytes32,uint32,uint64,uint96,uint96,bytes32,uint32,uint32,uint32,uint32,bytes32) terms) payable returns(bytes32 order)
func (jobOrders *JobOrders) UnpackOpen(data []byte) ([32]byte, error) {
	out, err := jobOrders.abi.Unpack("open", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackOpenBySig is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xfb1f7f9c.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function openBySig((address,address,address,address,bytes32,bytes32,uint32,uint64,uint96,uint96,bytes32,uint32,uint32,uint32,uint32,bytes32) terms, bytes signature) returns(bytes32 order)
func (jobOrders *JobOrders) PackOpenBySig(terms IJobOrdersOrderTerms, signature []byte) []byte {
	enc, err := jobOrders.abi.Pack("openBySig", terms, signature)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackOpenBySig is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xfb1f7f9c.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function openBySig((address,address,address,address,bytes32,bytes32,uint32,uint64,uint96,uint96,bytes32,uint32,uint32,uint32,uint32,bytes32) terms, bytes signature) returns(bytes32 order)
func (jobOrders *JobOrders) TryPackOpenBySig(terms IJobOrdersOrderTerms, signature []byte) ([]byte, error) {
	return jobOrders.abi.Pack("openBySig", terms, signature)
}

// UnpackOpenBySig is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xfb1f7f9c.
//
// Solidity: function openBySig((address,address,address,address,bytes32,bytes32,uint32,uint64,uint96,uint96,bytes32,uint32,uint32,uint32,uint32,bytes32) terms, bytes signature) returns(bytes32 order)
func (jobOrders *JobOrders) UnpackOpenBySig(data []byte) ([32]byte, error) {
	out, err := jobOrders.abi.Unpack("openBySig", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackOpenWithAuthorization is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x91623e86.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function openWithAuthorization((address,address,address,address,bytes32,bytes32,uint32,uint64,uint96,uint96,bytes32,uint32,uint32,uint32,uint32,bytes32) terms, (address,uint256,uint256,uint8,bytes32,bytes32) authorization) returns(bytes32 order)
func (jobOrders *JobOrders) PackOpenWithAuthorization(terms IJobOrdersOrderTerms, authorization ITillAuthorization) []byte {
	enc, err := jobOrders.abi.Pack("openWithAuthorization", terms, authorization)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackOpenWithAuthorization is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x91623e86.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function openWithAuthorization((address,address,address,address,bytes32,bytes32,uint32,uint64,uint96,uint96,bytes32,uint32,uint32,uint32,uint32,bytes32) terms, (address,uint256,uint256,uint8,bytes32,bytes32) authorization) returns(bytes32 order)
func (jobOrders *JobOrders) TryPackOpenWithAuthorization(terms IJobOrdersOrderTerms, authorization ITillAuthorization) ([]byte, error) {
	return jobOrders.abi.Pack("openWithAuthorization", terms, authorization)
}

// UnpackOpenWithAuthorization is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x91623e86.
//
// Solidity: function openWithAuthorization((address,address,address,address,bytes32,bytes32,uint32,uint64,uint96,uint96,bytes32,uint32,uint32,uint32,uint32,bytes32) terms, (address,uint256,uint256,uint8,bytes32,bytes32) authorization) returns(bytes32 order)
func (jobOrders *JobOrders) UnpackOpenWithAuthorization(data []byte) ([32]byte, error) {
	out, err := jobOrders.abi.Unpack("openWithAuthorization", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackOrderId is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x37e1ea0a.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function orderId((address,address,address,address,bytes32,bytes32,uint32,uint64,uint96,uint96,bytes32,uint32,uint32,uint32,uint32,bytes32) terms) view returns(bytes32)
func (jobOrders *JobOrders) PackOrderId(terms IJobOrdersOrderTerms) []byte {
	enc, err := jobOrders.abi.Pack("orderId", terms)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackOrderId is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x37e1ea0a.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function orderId((address,address,address,address,bytes32,bytes32,uint32,uint64,uint96,uint96,bytes32,uint32,uint32,uint32,uint32,bytes32) terms) view returns(bytes32)
func (jobOrders *JobOrders) TryPackOrderId(terms IJobOrdersOrderTerms) ([]byte, error) {
	return jobOrders.abi.Pack("orderId", terms)
}

// UnpackOrderId is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x37e1ea0a.
//
// Solidity: function orderId((address,address,address,address,bytes32,bytes32,uint32,uint64,uint96,uint96,bytes32,uint32,uint32,uint32,uint32,bytes32) terms) view returns(bytes32)
func (jobOrders *JobOrders) UnpackOrderId(data []byte) ([32]byte, error) {
	out, err := jobOrders.abi.Unpack("orderId", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackOrderOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd5a014e5.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function orderOf(bytes32 order) view returns((uint8,uint32,address))
func (jobOrders *JobOrders) PackOrderOf(order [32]byte) []byte {
	enc, err := jobOrders.abi.Pack("orderOf", order)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackOrderOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd5a014e5.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function orderOf(bytes32 order) view returns((uint8,uint32,address))
func (jobOrders *JobOrders) TryPackOrderOf(order [32]byte) ([]byte, error) {
	return jobOrders.abi.Pack("orderOf", order)
}

// UnpackOrderOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xd5a014e5.
//
// Solidity: function orderOf(bytes32 order) view returns((uint8,uint32,address))
func (jobOrders *JobOrders) UnpackOrderOf(data []byte) (IJobOrdersOrder, error) {
	out, err := jobOrders.abi.Unpack("orderOf", data)
	if err != nil {
		return *new(IJobOrdersOrder), err
	}
	out0 := *abi.ConvertType(out[0], new(IJobOrdersOrder)).(*IJobOrdersOrder)
	return out0, nil
}

// PackPass is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xa7a1ed72.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function pass() view returns(address)
func (jobOrders *JobOrders) PackPass() []byte {
	enc, err := jobOrders.abi.Pack("pass")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackPass is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xa7a1ed72.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function pass() view returns(address)
func (jobOrders *JobOrders) TryPackPass() ([]byte, error) {
	return jobOrders.abi.Pack("pass")
}

// UnpackPass is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xa7a1ed72.
//
// Solidity: function pass() view returns(address)
func (jobOrders *JobOrders) UnpackPass(data []byte) (common.Address, error) {
	out, err := jobOrders.abi.Unpack("pass", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackPauseNewOrders is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x3328c203.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function pauseNewOrders(bool paused) returns()
func (jobOrders *JobOrders) PackPauseNewOrders(paused bool) []byte {
	enc, err := jobOrders.abi.Pack("pauseNewOrders", paused)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackPauseNewOrders is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x3328c203.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function pauseNewOrders(bool paused) returns()
func (jobOrders *JobOrders) TryPackPauseNewOrders(paused bool) ([]byte, error) {
	return jobOrders.abi.Pack("pauseNewOrders", paused)
}

// PackPriceOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x308e402f.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function priceOf((address,address,address,address,bytes32,bytes32,uint32,uint64,uint96,uint96,bytes32,uint32,uint32,uint32,uint32,bytes32) terms) view returns(address token, uint256 price)
func (jobOrders *JobOrders) PackPriceOf(terms IJobOrdersOrderTerms) []byte {
	enc, err := jobOrders.abi.Pack("priceOf", terms)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackPriceOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x308e402f.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function priceOf((address,address,address,address,bytes32,bytes32,uint32,uint64,uint96,uint96,bytes32,uint32,uint32,uint32,uint32,bytes32) terms) view returns(address token, uint256 price)
func (jobOrders *JobOrders) TryPackPriceOf(terms IJobOrdersOrderTerms) ([]byte, error) {
	return jobOrders.abi.Pack("priceOf", terms)
}

// JobOrdersPriceOfOutput serves as a container for the return parameters of contract
// method PriceOf.
type JobOrdersPriceOfOutput struct {
	Token common.Address
	Price *big.Int
}

// UnpackPriceOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x308e402f.
//
// Solidity: function priceOf((address,address,address,address,bytes32,bytes32,uint32,uint64,uint96,uint96,bytes32,uint32,uint32,uint32,uint32,bytes32) terms) view returns(address token, uint256 price)
func (jobOrders *JobOrders) UnpackPriceOf(data []byte) (JobOrdersPriceOfOutput, error) {
	out, err := jobOrders.abi.Unpack("priceOf", data)
	outstruct := new(JobOrdersPriceOfOutput)
	if err != nil {
		return *outstruct, err
	}
	outstruct.Token = *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	outstruct.Price = abi.ConvertType(out[1], new(big.Int)).(*big.Int)
	return *outstruct, nil
}

// PackReceiptHash is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x5b4ba20d.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function receiptHash(bytes32 order, uint64 seq, bytes32 result) view returns(bytes32)
func (jobOrders *JobOrders) PackReceiptHash(order [32]byte, seq uint64, result [32]byte) []byte {
	enc, err := jobOrders.abi.Pack("receiptHash", order, seq, result)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackReceiptHash is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x5b4ba20d.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function receiptHash(bytes32 order, uint64 seq, bytes32 result) view returns(bytes32)
func (jobOrders *JobOrders) TryPackReceiptHash(order [32]byte, seq uint64, result [32]byte) ([]byte, error) {
	return jobOrders.abi.Pack("receiptHash", order, seq, result)
}

// UnpackReceiptHash is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x5b4ba20d.
//
// Solidity: function receiptHash(bytes32 order, uint64 seq, bytes32 result) view returns(bytes32)
func (jobOrders *JobOrders) UnpackReceiptHash(data []byte) ([32]byte, error) {
	out, err := jobOrders.abi.Unpack("receiptHash", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackRegistry is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7b103999.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function registry() view returns(address)
func (jobOrders *JobOrders) PackRegistry() []byte {
	enc, err := jobOrders.abi.Pack("registry")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackRegistry is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7b103999.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function registry() view returns(address)
func (jobOrders *JobOrders) TryPackRegistry() ([]byte, error) {
	return jobOrders.abi.Pack("registry")
}

// UnpackRegistry is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x7b103999.
//
// Solidity: function registry() view returns(address)
func (jobOrders *JobOrders) UnpackRegistry(data []byte) (common.Address, error) {
	out, err := jobOrders.abi.Unpack("registry", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackRelease is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xc0f8cde7.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function release((address,address,address,address,bytes32,bytes32,uint32,uint64,uint96,uint96,bytes32,uint32,uint32,uint32,uint32,bytes32) terms) returns()
func (jobOrders *JobOrders) PackRelease(terms IJobOrdersOrderTerms) []byte {
	enc, err := jobOrders.abi.Pack("release", terms)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackRelease is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xc0f8cde7.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function release((address,address,address,address,bytes32,bytes32,uint32,uint64,uint96,uint96,bytes32,uint32,uint32,uint32,uint32,bytes32) terms) returns()
func (jobOrders *JobOrders) TryPackRelease(terms IJobOrdersOrderTerms) ([]byte, error) {
	return jobOrders.abi.Pack("release", terms)
}

// PackSetAuthority is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7a9e5e4b.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function setAuthority(address newAuthority) returns()
func (jobOrders *JobOrders) PackSetAuthority(newAuthority common.Address) []byte {
	enc, err := jobOrders.abi.Pack("setAuthority", newAuthority)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSetAuthority is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7a9e5e4b.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function setAuthority(address newAuthority) returns()
func (jobOrders *JobOrders) TryPackSetAuthority(newAuthority common.Address) ([]byte, error) {
	return jobOrders.abi.Pack("setAuthority", newAuthority)
}

// PackSettle is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x722c767c.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function settle((address,address,address,address,bytes32,bytes32,uint32,uint64,uint96,uint96,bytes32,uint32,uint32,uint32,uint32,bytes32) terms) returns()
func (jobOrders *JobOrders) PackSettle(terms IJobOrdersOrderTerms) []byte {
	enc, err := jobOrders.abi.Pack("settle", terms)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSettle is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x722c767c.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function settle((address,address,address,address,bytes32,bytes32,uint32,uint64,uint96,uint96,bytes32,uint32,uint32,uint32,uint32,bytes32) terms) returns()
func (jobOrders *JobOrders) TryPackSettle(terms IJobOrdersOrderTerms) ([]byte, error) {
	return jobOrders.abi.Pack("settle", terms)
}

// PackSlash is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x2ee03768.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function slash((address,address,address,address,bytes32,bytes32,uint32,uint64,uint96,uint96,bytes32,uint32,uint32,uint32,uint32,bytes32) terms, uint64 seq, bytes32[2] results, bytes[2] signatures) returns()
func (jobOrders *JobOrders) PackSlash(terms IJobOrdersOrderTerms, seq uint64, results [2][32]byte, signatures [2][]byte) []byte {
	enc, err := jobOrders.abi.Pack("slash", terms, seq, results, signatures)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSlash is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x2ee03768.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function slash((address,address,address,address,bytes32,bytes32,uint32,uint64,uint96,uint96,bytes32,uint32,uint32,uint32,uint32,bytes32) terms, uint64 seq, bytes32[2] results, bytes[2] signatures) returns()
func (jobOrders *JobOrders) TryPackSlash(terms IJobOrdersOrderTerms, seq uint64, results [2][32]byte, signatures [2][]byte) ([]byte, error) {
	return jobOrders.abi.Pack("slash", terms, seq, results, signatures)
}

// PackWithdraw is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xff7885e8.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function withdraw(address token, address account, address to) returns(uint256 amount)
func (jobOrders *JobOrders) PackWithdraw(token common.Address, account common.Address, to common.Address) []byte {
	enc, err := jobOrders.abi.Pack("withdraw", token, account, to)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackWithdraw is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xff7885e8.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function withdraw(address token, address account, address to) returns(uint256 amount)
func (jobOrders *JobOrders) TryPackWithdraw(token common.Address, account common.Address, to common.Address) ([]byte, error) {
	return jobOrders.abi.Pack("withdraw", token, account, to)
}

// UnpackWithdraw is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xff7885e8.
//
// Solidity: function withdraw(address token, address account, address to) returns(uint256 amount)
func (jobOrders *JobOrders) UnpackWithdraw(data []byte) (*big.Int, error) {
	out, err := jobOrders.abi.Unpack("withdraw", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// JobOrdersAuthorityUpdated represents a AuthorityUpdated event raised by the JobOrders contract.
type JobOrdersAuthorityUpdated struct {
	Authority common.Address
	Raw       *types.Log // Blockchain specific contextual infos
}

const JobOrdersAuthorityUpdatedEventName = "AuthorityUpdated"

// ContractEventName returns the user-defined event name.
func (JobOrdersAuthorityUpdated) ContractEventName() string {
	return JobOrdersAuthorityUpdatedEventName
}

// UnpackAuthorityUpdatedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event AuthorityUpdated(address authority)
func (jobOrders *JobOrders) UnpackAuthorityUpdatedEvent(log *types.Log) (*JobOrdersAuthorityUpdated, error) {
	event := "AuthorityUpdated"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != jobOrders.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(JobOrdersAuthorityUpdated)
	if len(log.Data) > 0 {
		if err := jobOrders.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range jobOrders.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// JobOrdersCredited represents a Credited event raised by the JobOrders contract.
type JobOrdersCredited struct {
	Token   common.Address
	Account common.Address
	Amount  *big.Int
	Raw     *types.Log // Blockchain specific contextual infos
}

const JobOrdersCreditedEventName = "Credited"

// ContractEventName returns the user-defined event name.
func (JobOrdersCredited) ContractEventName() string {
	return JobOrdersCreditedEventName
}

// UnpackCreditedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Credited(address indexed token, address indexed account, uint256 amount)
func (jobOrders *JobOrders) UnpackCreditedEvent(log *types.Log) (*JobOrdersCredited, error) {
	event := "Credited"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != jobOrders.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(JobOrdersCredited)
	if len(log.Data) > 0 {
		if err := jobOrders.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range jobOrders.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// JobOrdersEIP712DomainChanged represents a EIP712DomainChanged event raised by the JobOrders contract.
type JobOrdersEIP712DomainChanged struct {
	Raw *types.Log // Blockchain specific contextual infos
}

const JobOrdersEIP712DomainChangedEventName = "EIP712DomainChanged"

// ContractEventName returns the user-defined event name.
func (JobOrdersEIP712DomainChanged) ContractEventName() string {
	return JobOrdersEIP712DomainChangedEventName
}

// UnpackEIP712DomainChangedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event EIP712DomainChanged()
func (jobOrders *JobOrders) UnpackEIP712DomainChangedEvent(log *types.Log) (*JobOrdersEIP712DomainChanged, error) {
	event := "EIP712DomainChanged"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != jobOrders.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(JobOrdersEIP712DomainChanged)
	if len(log.Data) > 0 {
		if err := jobOrders.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range jobOrders.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// JobOrdersEquivocated represents a Equivocated event raised by the JobOrders contract.
type JobOrdersEquivocated struct {
	Order    [32]byte
	Provider common.Address
	Seq      uint64
	One      [32]byte
	Other    [32]byte
	Raw      *types.Log // Blockchain specific contextual infos
}

const JobOrdersEquivocatedEventName = "Equivocated"

// ContractEventName returns the user-defined event name.
func (JobOrdersEquivocated) ContractEventName() string {
	return JobOrdersEquivocatedEventName
}

// UnpackEquivocatedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Equivocated(bytes32 indexed order, address indexed provider, uint64 seq, bytes32 one, bytes32 other)
func (jobOrders *JobOrders) UnpackEquivocatedEvent(log *types.Log) (*JobOrdersEquivocated, error) {
	event := "Equivocated"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != jobOrders.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(JobOrdersEquivocated)
	if len(log.Data) > 0 {
		if err := jobOrders.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range jobOrders.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// JobOrdersNewOrdersPaused represents a NewOrdersPaused event raised by the JobOrders contract.
type JobOrdersNewOrdersPaused struct {
	Paused bool
	Raw    *types.Log // Blockchain specific contextual infos
}

const JobOrdersNewOrdersPausedEventName = "NewOrdersPaused"

// ContractEventName returns the user-defined event name.
func (JobOrdersNewOrdersPaused) ContractEventName() string {
	return JobOrdersNewOrdersPausedEventName
}

// UnpackNewOrdersPausedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event NewOrdersPaused(bool paused)
func (jobOrders *JobOrders) UnpackNewOrdersPausedEvent(log *types.Log) (*JobOrdersNewOrdersPaused, error) {
	event := "NewOrdersPaused"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != jobOrders.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(JobOrdersNewOrdersPaused)
	if len(log.Data) > 0 {
		if err := jobOrders.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range jobOrders.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// JobOrdersOrderAccepted represents a OrderAccepted event raised by the JobOrders contract.
type JobOrdersOrderAccepted struct {
	Order      [32]byte
	Provider   common.Address
	ReceiptKey common.Address
	Raw        *types.Log // Blockchain specific contextual infos
}

const JobOrdersOrderAcceptedEventName = "OrderAccepted"

// ContractEventName returns the user-defined event name.
func (JobOrdersOrderAccepted) ContractEventName() string {
	return JobOrdersOrderAcceptedEventName
}

// UnpackOrderAcceptedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event OrderAccepted(bytes32 indexed order, address indexed provider, address receiptKey)
func (jobOrders *JobOrders) UnpackOrderAcceptedEvent(log *types.Log) (*JobOrdersOrderAccepted, error) {
	event := "OrderAccepted"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != jobOrders.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(JobOrdersOrderAccepted)
	if len(log.Data) > 0 {
		if err := jobOrders.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range jobOrders.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// JobOrdersOrderDelivered represents a OrderDelivered event raised by the JobOrders contract.
type JobOrdersOrderDelivered struct {
	Order     [32]byte
	Provider  common.Address
	Result    [32]byte
	ReviewEnd uint32
	Raw       *types.Log // Blockchain specific contextual infos
}

const JobOrdersOrderDeliveredEventName = "OrderDelivered"

// ContractEventName returns the user-defined event name.
func (JobOrdersOrderDelivered) ContractEventName() string {
	return JobOrdersOrderDeliveredEventName
}

// UnpackOrderDeliveredEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event OrderDelivered(bytes32 indexed order, address indexed provider, bytes32 result, uint32 reviewEnd)
func (jobOrders *JobOrders) UnpackOrderDeliveredEvent(log *types.Log) (*JobOrdersOrderDelivered, error) {
	event := "OrderDelivered"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != jobOrders.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(JobOrdersOrderDelivered)
	if len(log.Data) > 0 {
		if err := jobOrders.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range jobOrders.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// JobOrdersOrderDisputed represents a OrderDisputed event raised by the JobOrders contract.
type JobOrdersOrderDisputed struct {
	Order     [32]byte
	Arbiter   common.Address
	Reason    [32]byte
	RulingEnd uint32
	Raw       *types.Log // Blockchain specific contextual infos
}

const JobOrdersOrderDisputedEventName = "OrderDisputed"

// ContractEventName returns the user-defined event name.
func (JobOrdersOrderDisputed) ContractEventName() string {
	return JobOrdersOrderDisputedEventName
}

// UnpackOrderDisputedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event OrderDisputed(bytes32 indexed order, address indexed arbiter, bytes32 reason, uint32 rulingEnd)
func (jobOrders *JobOrders) UnpackOrderDisputedEvent(log *types.Log) (*JobOrdersOrderDisputed, error) {
	event := "OrderDisputed"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != jobOrders.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(JobOrdersOrderDisputed)
	if len(log.Data) > 0 {
		if err := jobOrders.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range jobOrders.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// JobOrdersOrderEnded represents a OrderEnded event raised by the JobOrders contract.
type JobOrdersOrderEnded struct {
	Order   [32]byte
	Outcome uint8
	Done    uint32
	Lost    *big.Int
	Raw     *types.Log // Blockchain specific contextual infos
}

const JobOrdersOrderEndedEventName = "OrderEnded"

// ContractEventName returns the user-defined event name.
func (JobOrdersOrderEnded) ContractEventName() string {
	return JobOrdersOrderEndedEventName
}

// UnpackOrderEndedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event OrderEnded(bytes32 indexed order, uint8 indexed outcome, uint32 done, uint96 lost)
func (jobOrders *JobOrders) UnpackOrderEndedEvent(log *types.Log) (*JobOrdersOrderEnded, error) {
	event := "OrderEnded"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != jobOrders.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(JobOrdersOrderEnded)
	if len(log.Data) > 0 {
		if err := jobOrders.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range jobOrders.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// JobOrdersOrderOpened represents a OrderOpened event raised by the JobOrders contract.
type JobOrdersOrderOpened struct {
	Order    [32]byte
	Payer    common.Address
	Provider common.Address
	Terms    IJobOrdersOrderTerms
	Raw      *types.Log // Blockchain specific contextual infos
}

const JobOrdersOrderOpenedEventName = "OrderOpened"

// ContractEventName returns the user-defined event name.
func (JobOrdersOrderOpened) ContractEventName() string {
	return JobOrdersOrderOpenedEventName
}

// UnpackOrderOpenedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event OrderOpened(bytes32 indexed order, address indexed payer, address indexed provider, (address,address,address,address,bytes32,bytes32,uint32,uint64,uint96,uint96,bytes32,uint32,uint32,uint32,uint32,bytes32) terms)
func (jobOrders *JobOrders) UnpackOrderOpenedEvent(log *types.Log) (*JobOrdersOrderOpened, error) {
	event := "OrderOpened"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != jobOrders.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(JobOrdersOrderOpened)
	if len(log.Data) > 0 {
		if err := jobOrders.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range jobOrders.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// JobOrdersWithdrawn represents a Withdrawn event raised by the JobOrders contract.
type JobOrdersWithdrawn struct {
	Token   common.Address
	Account common.Address
	To      common.Address
	Amount  *big.Int
	Raw     *types.Log // Blockchain specific contextual infos
}

const JobOrdersWithdrawnEventName = "Withdrawn"

// ContractEventName returns the user-defined event name.
func (JobOrdersWithdrawn) ContractEventName() string {
	return JobOrdersWithdrawnEventName
}

// UnpackWithdrawnEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Withdrawn(address indexed token, address indexed account, address to, uint256 amount)
func (jobOrders *JobOrders) UnpackWithdrawnEvent(log *types.Log) (*JobOrdersWithdrawn, error) {
	event := "Withdrawn"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != jobOrders.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(JobOrdersWithdrawn)
	if len(log.Data) > 0 {
		if err := jobOrders.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range jobOrders.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// UnpackError attempts to decode the provided error data using user-defined
// error definitions.
func (jobOrders *JobOrders) UnpackError(raw []byte) (any, error) {
	if bytes.Equal(raw[:4], jobOrders.abi.Errors["AccessManagedInvalidAuthority"].ID.Bytes()[:4]) {
		return jobOrders.UnpackAccessManagedInvalidAuthorityError(raw[4:])
	}
	if bytes.Equal(raw[:4], jobOrders.abi.Errors["AccessManagedRequiredDelay"].ID.Bytes()[:4]) {
		return jobOrders.UnpackAccessManagedRequiredDelayError(raw[4:])
	}
	if bytes.Equal(raw[:4], jobOrders.abi.Errors["AccessManagedUnauthorized"].ID.Bytes()[:4]) {
		return jobOrders.UnpackAccessManagedUnauthorizedError(raw[4:])
	}
	if bytes.Equal(raw[:4], jobOrders.abi.Errors["FailedCall"].ID.Bytes()[:4]) {
		return jobOrders.UnpackFailedCallError(raw[4:])
	}
	if bytes.Equal(raw[:4], jobOrders.abi.Errors["InsufficientBalance"].ID.Bytes()[:4]) {
		return jobOrders.UnpackInsufficientBalanceError(raw[4:])
	}
	if bytes.Equal(raw[:4], jobOrders.abi.Errors["InvalidShortString"].ID.Bytes()[:4]) {
		return jobOrders.UnpackInvalidShortStringError(raw[4:])
	}
	if bytes.Equal(raw[:4], jobOrders.abi.Errors["JobOrders_BadReceipt"].ID.Bytes()[:4]) {
		return jobOrders.UnpackJobOrdersBadReceiptError(raw[4:])
	}
	if bytes.Equal(raw[:4], jobOrders.abi.Errors["JobOrders_BadRuling"].ID.Bytes()[:4]) {
		return jobOrders.UnpackJobOrdersBadRulingError(raw[4:])
	}
	if bytes.Equal(raw[:4], jobOrders.abi.Errors["JobOrders_BadSignature"].ID.Bytes()[:4]) {
		return jobOrders.UnpackJobOrdersBadSignatureError(raw[4:])
	}
	if bytes.Equal(raw[:4], jobOrders.abi.Errors["JobOrders_BadTimes"].ID.Bytes()[:4]) {
		return jobOrders.UnpackJobOrdersBadTimesError(raw[4:])
	}
	if bytes.Equal(raw[:4], jobOrders.abi.Errors["JobOrders_BadWindow"].ID.Bytes()[:4]) {
		return jobOrders.UnpackJobOrdersBadWindowError(raw[4:])
	}
	if bytes.Equal(raw[:4], jobOrders.abi.Errors["JobOrders_FeeAboveBond"].ID.Bytes()[:4]) {
		return jobOrders.UnpackJobOrdersFeeAboveBondError(raw[4:])
	}
	if bytes.Equal(raw[:4], jobOrders.abi.Errors["JobOrders_NoUnits"].ID.Bytes()[:4]) {
		return jobOrders.UnpackJobOrdersNoUnitsError(raw[4:])
	}
	if bytes.Equal(raw[:4], jobOrders.abi.Errors["JobOrders_NotParty"].ID.Bytes()[:4]) {
		return jobOrders.UnpackJobOrdersNotPartyError(raw[4:])
	}
	if bytes.Equal(raw[:4], jobOrders.abi.Errors["JobOrders_OtherModel"].ID.Bytes()[:4]) {
		return jobOrders.UnpackJobOrdersOtherModelError(raw[4:])
	}
	if bytes.Equal(raw[:4], jobOrders.abi.Errors["JobOrders_Paused"].ID.Bytes()[:4]) {
		return jobOrders.UnpackJobOrdersPausedError(raw[4:])
	}
	if bytes.Equal(raw[:4], jobOrders.abi.Errors["JobOrders_PayAboveCap"].ID.Bytes()[:4]) {
		return jobOrders.UnpackJobOrdersPayAboveCapError(raw[4:])
	}
	if bytes.Equal(raw[:4], jobOrders.abi.Errors["JobOrders_SameResult"].ID.Bytes()[:4]) {
		return jobOrders.UnpackJobOrdersSameResultError(raw[4:])
	}
	if bytes.Equal(raw[:4], jobOrders.abi.Errors["JobOrders_Subscription"].ID.Bytes()[:4]) {
		return jobOrders.UnpackJobOrdersSubscriptionError(raw[4:])
	}
	if bytes.Equal(raw[:4], jobOrders.abi.Errors["JobOrders_TokenNotAllowed"].ID.Bytes()[:4]) {
		return jobOrders.UnpackJobOrdersTokenNotAllowedError(raw[4:])
	}
	if bytes.Equal(raw[:4], jobOrders.abi.Errors["JobOrders_TooEarly"].ID.Bytes()[:4]) {
		return jobOrders.UnpackJobOrdersTooEarlyError(raw[4:])
	}
	if bytes.Equal(raw[:4], jobOrders.abi.Errors["JobOrders_TooLate"].ID.Bytes()[:4]) {
		return jobOrders.UnpackJobOrdersTooLateError(raw[4:])
	}
	if bytes.Equal(raw[:4], jobOrders.abi.Errors["JobOrders_WrongState"].ID.Bytes()[:4]) {
		return jobOrders.UnpackJobOrdersWrongStateError(raw[4:])
	}
	if bytes.Equal(raw[:4], jobOrders.abi.Errors["JobOrders_ZeroAddress"].ID.Bytes()[:4]) {
		return jobOrders.UnpackJobOrdersZeroAddressError(raw[4:])
	}
	if bytes.Equal(raw[:4], jobOrders.abi.Errors["ReentrancyGuardReentrantCall"].ID.Bytes()[:4]) {
		return jobOrders.UnpackReentrancyGuardReentrantCallError(raw[4:])
	}
	if bytes.Equal(raw[:4], jobOrders.abi.Errors["SafeERC20FailedOperation"].ID.Bytes()[:4]) {
		return jobOrders.UnpackSafeERC20FailedOperationError(raw[4:])
	}
	if bytes.Equal(raw[:4], jobOrders.abi.Errors["StringTooLong"].ID.Bytes()[:4]) {
		return jobOrders.UnpackStringTooLongError(raw[4:])
	}
	if bytes.Equal(raw[:4], jobOrders.abi.Errors["Till_NotAccount"].ID.Bytes()[:4]) {
		return jobOrders.UnpackTillNotAccountError(raw[4:])
	}
	if bytes.Equal(raw[:4], jobOrders.abi.Errors["Till_NothingToWithdraw"].ID.Bytes()[:4]) {
		return jobOrders.UnpackTillNothingToWithdrawError(raw[4:])
	}
	if bytes.Equal(raw[:4], jobOrders.abi.Errors["Till_WrongAmount"].ID.Bytes()[:4]) {
		return jobOrders.UnpackTillWrongAmountError(raw[4:])
	}
	if bytes.Equal(raw[:4], jobOrders.abi.Errors["Till_WrongValue"].ID.Bytes()[:4]) {
		return jobOrders.UnpackTillWrongValueError(raw[4:])
	}
	if bytes.Equal(raw[:4], jobOrders.abi.Errors["Till_ZeroAddress"].ID.Bytes()[:4]) {
		return jobOrders.UnpackTillZeroAddressError(raw[4:])
	}
	return nil, errors.New("unknown error")
}

// JobOrdersAccessManagedInvalidAuthority represents a AccessManagedInvalidAuthority error raised by the JobOrders contract.
type JobOrdersAccessManagedInvalidAuthority struct {
	Authority common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error AccessManagedInvalidAuthority(address authority)
func JobOrdersAccessManagedInvalidAuthorityErrorID() common.Hash {
	return common.HexToHash("0xc2f31e5ee06c96eddd5864bf58d26da15afa7233cb6f74e000aa686fca7a7a0b")
}

// UnpackAccessManagedInvalidAuthorityError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error AccessManagedInvalidAuthority(address authority)
func (jobOrders *JobOrders) UnpackAccessManagedInvalidAuthorityError(raw []byte) (*JobOrdersAccessManagedInvalidAuthority, error) {
	out := new(JobOrdersAccessManagedInvalidAuthority)
	if err := jobOrders.abi.UnpackIntoInterface(out, "AccessManagedInvalidAuthority", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// JobOrdersAccessManagedRequiredDelay represents a AccessManagedRequiredDelay error raised by the JobOrders contract.
type JobOrdersAccessManagedRequiredDelay struct {
	Caller common.Address
	Delay  uint32
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error AccessManagedRequiredDelay(address caller, uint32 delay)
func JobOrdersAccessManagedRequiredDelayErrorID() common.Hash {
	return common.HexToHash("0xaf77169dad650be42a753d4bbd4f4ad0d10be80053e495da3bb1525746eda4e4")
}

// UnpackAccessManagedRequiredDelayError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error AccessManagedRequiredDelay(address caller, uint32 delay)
func (jobOrders *JobOrders) UnpackAccessManagedRequiredDelayError(raw []byte) (*JobOrdersAccessManagedRequiredDelay, error) {
	out := new(JobOrdersAccessManagedRequiredDelay)
	if err := jobOrders.abi.UnpackIntoInterface(out, "AccessManagedRequiredDelay", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// JobOrdersAccessManagedUnauthorized represents a AccessManagedUnauthorized error raised by the JobOrders contract.
type JobOrdersAccessManagedUnauthorized struct {
	Caller common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error AccessManagedUnauthorized(address caller)
func JobOrdersAccessManagedUnauthorizedErrorID() common.Hash {
	return common.HexToHash("0x068ca9d827f779c08fd30d7fda45faef5f2a6b2e57f8b809b3c6bbed99f5fb1f")
}

// UnpackAccessManagedUnauthorizedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error AccessManagedUnauthorized(address caller)
func (jobOrders *JobOrders) UnpackAccessManagedUnauthorizedError(raw []byte) (*JobOrdersAccessManagedUnauthorized, error) {
	out := new(JobOrdersAccessManagedUnauthorized)
	if err := jobOrders.abi.UnpackIntoInterface(out, "AccessManagedUnauthorized", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// JobOrdersFailedCall represents a FailedCall error raised by the JobOrders contract.
type JobOrdersFailedCall struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error FailedCall()
func JobOrdersFailedCallErrorID() common.Hash {
	return common.HexToHash("0xd6bda27508c0fb6d8a39b4b122878dab26f731a7d4e4abe711dd3731899052a4")
}

// UnpackFailedCallError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error FailedCall()
func (jobOrders *JobOrders) UnpackFailedCallError(raw []byte) (*JobOrdersFailedCall, error) {
	out := new(JobOrdersFailedCall)
	if err := jobOrders.abi.UnpackIntoInterface(out, "FailedCall", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// JobOrdersInsufficientBalance represents a InsufficientBalance error raised by the JobOrders contract.
type JobOrdersInsufficientBalance struct {
	Balance *big.Int
	Needed  *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error InsufficientBalance(uint256 balance, uint256 needed)
func JobOrdersInsufficientBalanceErrorID() common.Hash {
	return common.HexToHash("0xcf4791818fba6e019216eb4864093b4947f674afada5d305e57d598b641dad1d")
}

// UnpackInsufficientBalanceError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error InsufficientBalance(uint256 balance, uint256 needed)
func (jobOrders *JobOrders) UnpackInsufficientBalanceError(raw []byte) (*JobOrdersInsufficientBalance, error) {
	out := new(JobOrdersInsufficientBalance)
	if err := jobOrders.abi.UnpackIntoInterface(out, "InsufficientBalance", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// JobOrdersInvalidShortString represents a InvalidShortString error raised by the JobOrders contract.
type JobOrdersInvalidShortString struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error InvalidShortString()
func JobOrdersInvalidShortStringErrorID() common.Hash {
	return common.HexToHash("0xb3512b0c6163e5f0bafab72bb631b9d58cd7a731b082f910338aa21c83d5c274")
}

// UnpackInvalidShortStringError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error InvalidShortString()
func (jobOrders *JobOrders) UnpackInvalidShortStringError(raw []byte) (*JobOrdersInvalidShortString, error) {
	out := new(JobOrdersInvalidShortString)
	if err := jobOrders.abi.UnpackIntoInterface(out, "InvalidShortString", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// JobOrdersJobOrdersBadReceipt represents a JobOrders_BadReceipt error raised by the JobOrders contract.
type JobOrdersJobOrdersBadReceipt struct {
	Result [32]byte
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error JobOrders_BadReceipt(bytes32 result)
func JobOrdersJobOrdersBadReceiptErrorID() common.Hash {
	return common.HexToHash("0xd0a61aa285181b2e06ea0f9df04625e4608109d6e8bf0b24c7c08e01af829317")
}

// UnpackJobOrdersBadReceiptError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error JobOrders_BadReceipt(bytes32 result)
func (jobOrders *JobOrders) UnpackJobOrdersBadReceiptError(raw []byte) (*JobOrdersJobOrdersBadReceipt, error) {
	out := new(JobOrdersJobOrdersBadReceipt)
	if err := jobOrders.abi.UnpackIntoInterface(out, "JobOrders_BadReceipt", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// JobOrdersJobOrdersBadRuling represents a JobOrders_BadRuling error raised by the JobOrders contract.
type JobOrdersJobOrdersBadRuling struct {
	Done  *big.Int
	Units *big.Int
	Lost  *big.Int
	Bond  *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error JobOrders_BadRuling(uint256 done, uint256 units, uint256 lost, uint256 bond)
func JobOrdersJobOrdersBadRulingErrorID() common.Hash {
	return common.HexToHash("0x015a3d9eb86452d4d506e7e095455a216984922a5b42ae78fdc54817385d8e91")
}

// UnpackJobOrdersBadRulingError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error JobOrders_BadRuling(uint256 done, uint256 units, uint256 lost, uint256 bond)
func (jobOrders *JobOrders) UnpackJobOrdersBadRulingError(raw []byte) (*JobOrdersJobOrdersBadRuling, error) {
	out := new(JobOrdersJobOrdersBadRuling)
	if err := jobOrders.abi.UnpackIntoInterface(out, "JobOrders_BadRuling", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// JobOrdersJobOrdersBadSignature represents a JobOrders_BadSignature error raised by the JobOrders contract.
type JobOrdersJobOrdersBadSignature struct {
	Payer common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error JobOrders_BadSignature(address payer)
func JobOrdersJobOrdersBadSignatureErrorID() common.Hash {
	return common.HexToHash("0xefd287dbc475cb9d197f621f947e55f55290681a47785a5511c74f1b893a6f46")
}

// UnpackJobOrdersBadSignatureError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error JobOrders_BadSignature(address payer)
func (jobOrders *JobOrders) UnpackJobOrdersBadSignatureError(raw []byte) (*JobOrdersJobOrdersBadSignature, error) {
	out := new(JobOrdersJobOrdersBadSignature)
	if err := jobOrders.abi.UnpackIntoInterface(out, "JobOrders_BadSignature", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// JobOrdersJobOrdersBadTimes represents a JobOrders_BadTimes error raised by the JobOrders contract.
type JobOrdersJobOrdersBadTimes struct {
	AcceptBy  *big.Int
	DeliverBy *big.Int
	Time      *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error JobOrders_BadTimes(uint256 acceptBy, uint256 deliverBy, uint256 time)
func JobOrdersJobOrdersBadTimesErrorID() common.Hash {
	return common.HexToHash("0x12bbe0736ffca3e27a7aa964230e765ff991c72defef7635ff4ce77a32fcc917")
}

// UnpackJobOrdersBadTimesError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error JobOrders_BadTimes(uint256 acceptBy, uint256 deliverBy, uint256 time)
func (jobOrders *JobOrders) UnpackJobOrdersBadTimesError(raw []byte) (*JobOrdersJobOrdersBadTimes, error) {
	out := new(JobOrdersJobOrdersBadTimes)
	if err := jobOrders.abi.UnpackIntoInterface(out, "JobOrders_BadTimes", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// JobOrdersJobOrdersBadWindow represents a JobOrders_BadWindow error raised by the JobOrders contract.
type JobOrdersJobOrdersBadWindow struct {
	Window *big.Int
	Least  *big.Int
	Most   *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error JobOrders_BadWindow(uint256 window, uint256 least, uint256 most)
func JobOrdersJobOrdersBadWindowErrorID() common.Hash {
	return common.HexToHash("0xfc2794f77226de4c59c3f613ddc48cb88bfbad37dd34bc71d4827b96b4d509e4")
}

// UnpackJobOrdersBadWindowError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error JobOrders_BadWindow(uint256 window, uint256 least, uint256 most)
func (jobOrders *JobOrders) UnpackJobOrdersBadWindowError(raw []byte) (*JobOrdersJobOrdersBadWindow, error) {
	out := new(JobOrdersJobOrdersBadWindow)
	if err := jobOrders.abi.UnpackIntoInterface(out, "JobOrders_BadWindow", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// JobOrdersJobOrdersFeeAboveBond represents a JobOrders_FeeAboveBond error raised by the JobOrders contract.
type JobOrdersJobOrdersFeeAboveBond struct {
	Fee  *big.Int
	Bond *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error JobOrders_FeeAboveBond(uint256 fee, uint256 bond)
func JobOrdersJobOrdersFeeAboveBondErrorID() common.Hash {
	return common.HexToHash("0x0aa5590bd00f6e637e564fc0f1f66eb9c79203c95a68928b51e40ac44ee7994b")
}

// UnpackJobOrdersFeeAboveBondError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error JobOrders_FeeAboveBond(uint256 fee, uint256 bond)
func (jobOrders *JobOrders) UnpackJobOrdersFeeAboveBondError(raw []byte) (*JobOrdersJobOrdersFeeAboveBond, error) {
	out := new(JobOrdersJobOrdersFeeAboveBond)
	if err := jobOrders.abi.UnpackIntoInterface(out, "JobOrders_FeeAboveBond", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// JobOrdersJobOrdersNoUnits represents a JobOrders_NoUnits error raised by the JobOrders contract.
type JobOrdersJobOrdersNoUnits struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error JobOrders_NoUnits()
func JobOrdersJobOrdersNoUnitsErrorID() common.Hash {
	return common.HexToHash("0x9227a9086993da3d150cde0463d9e7c1cf811ca44776ce30450846da8792ae99")
}

// UnpackJobOrdersNoUnitsError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error JobOrders_NoUnits()
func (jobOrders *JobOrders) UnpackJobOrdersNoUnitsError(raw []byte) (*JobOrdersJobOrdersNoUnits, error) {
	out := new(JobOrdersJobOrdersNoUnits)
	if err := jobOrders.abi.UnpackIntoInterface(out, "JobOrders_NoUnits", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// JobOrdersJobOrdersNotParty represents a JobOrders_NotParty error raised by the JobOrders contract.
type JobOrdersJobOrdersNotParty struct {
	Order  [32]byte
	Caller common.Address
	Party  common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error JobOrders_NotParty(bytes32 order, address caller, address party)
func JobOrdersJobOrdersNotPartyErrorID() common.Hash {
	return common.HexToHash("0x7a9ba20ee661f38101662476eef2462c4bd9e25198c39a7cd1d4a50422856d64")
}

// UnpackJobOrdersNotPartyError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error JobOrders_NotParty(bytes32 order, address caller, address party)
func (jobOrders *JobOrders) UnpackJobOrdersNotPartyError(raw []byte) (*JobOrdersJobOrdersNotParty, error) {
	out := new(JobOrdersJobOrdersNotParty)
	if err := jobOrders.abi.UnpackIntoInterface(out, "JobOrders_NotParty", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// JobOrdersJobOrdersOtherModel represents a JobOrders_OtherModel error raised by the JobOrders contract.
type JobOrdersJobOrdersOtherModel struct {
	Version [32]byte
	Plan    [32]byte
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error JobOrders_OtherModel(bytes32 version, bytes32 plan)
func JobOrdersJobOrdersOtherModelErrorID() common.Hash {
	return common.HexToHash("0x0152918ba31d6e5b2768cd1a619706f03055ccb93d34e27b483a1ec85e8fc640")
}

// UnpackJobOrdersOtherModelError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error JobOrders_OtherModel(bytes32 version, bytes32 plan)
func (jobOrders *JobOrders) UnpackJobOrdersOtherModelError(raw []byte) (*JobOrdersJobOrdersOtherModel, error) {
	out := new(JobOrdersJobOrdersOtherModel)
	if err := jobOrders.abi.UnpackIntoInterface(out, "JobOrders_OtherModel", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// JobOrdersJobOrdersPaused represents a JobOrders_Paused error raised by the JobOrders contract.
type JobOrdersJobOrdersPaused struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error JobOrders_Paused()
func JobOrdersJobOrdersPausedErrorID() common.Hash {
	return common.HexToHash("0x78fe99a5a62211bdae847457445ae4335aed9cf61215f9a9f4f0c962cf912703")
}

// UnpackJobOrdersPausedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error JobOrders_Paused()
func (jobOrders *JobOrders) UnpackJobOrdersPausedError(raw []byte) (*JobOrdersJobOrdersPaused, error) {
	out := new(JobOrdersJobOrdersPaused)
	if err := jobOrders.abi.UnpackIntoInterface(out, "JobOrders_Paused", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// JobOrdersJobOrdersPayAboveCap represents a JobOrders_PayAboveCap error raised by the JobOrders contract.
type JobOrdersJobOrdersPayAboveCap struct {
	Pay *big.Int
	Cap *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error JobOrders_PayAboveCap(uint256 pay, uint256 cap)
func JobOrdersJobOrdersPayAboveCapErrorID() common.Hash {
	return common.HexToHash("0x16728dab3d6b980cdeaaa548c6405a941bf8c956a8974658dcfcb047425a1f6e")
}

// UnpackJobOrdersPayAboveCapError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error JobOrders_PayAboveCap(uint256 pay, uint256 cap)
func (jobOrders *JobOrders) UnpackJobOrdersPayAboveCapError(raw []byte) (*JobOrdersJobOrdersPayAboveCap, error) {
	out := new(JobOrdersJobOrdersPayAboveCap)
	if err := jobOrders.abi.UnpackIntoInterface(out, "JobOrders_PayAboveCap", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// JobOrdersJobOrdersSameResult represents a JobOrders_SameResult error raised by the JobOrders contract.
type JobOrdersJobOrdersSameResult struct {
	Result [32]byte
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error JobOrders_SameResult(bytes32 result)
func JobOrdersJobOrdersSameResultErrorID() common.Hash {
	return common.HexToHash("0xe69db8314ba59b78bd553ea0cf2c00d5636b8ec28b5d74543b43dbd3292a92d9")
}

// UnpackJobOrdersSameResultError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error JobOrders_SameResult(bytes32 result)
func (jobOrders *JobOrders) UnpackJobOrdersSameResultError(raw []byte) (*JobOrdersJobOrdersSameResult, error) {
	out := new(JobOrdersJobOrdersSameResult)
	if err := jobOrders.abi.UnpackIntoInterface(out, "JobOrders_SameResult", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// JobOrdersJobOrdersSubscription represents a JobOrders_Subscription error raised by the JobOrders contract.
type JobOrdersJobOrdersSubscription struct {
	Plan [32]byte
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error JobOrders_Subscription(bytes32 plan)
func JobOrdersJobOrdersSubscriptionErrorID() common.Hash {
	return common.HexToHash("0x80e39f66a99d85719cbd3b9b6804e00acdfb3846741951206ba1b33850bdc3eb")
}

// UnpackJobOrdersSubscriptionError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error JobOrders_Subscription(bytes32 plan)
func (jobOrders *JobOrders) UnpackJobOrdersSubscriptionError(raw []byte) (*JobOrdersJobOrdersSubscription, error) {
	out := new(JobOrdersJobOrdersSubscription)
	if err := jobOrders.abi.UnpackIntoInterface(out, "JobOrders_Subscription", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// JobOrdersJobOrdersTokenNotAllowed represents a JobOrders_TokenNotAllowed error raised by the JobOrders contract.
type JobOrdersJobOrdersTokenNotAllowed struct {
	Token common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error JobOrders_TokenNotAllowed(address token)
func JobOrdersJobOrdersTokenNotAllowedErrorID() common.Hash {
	return common.HexToHash("0x7a0d676a440dbf79da700ac7beca368f582175a4b40f2a27484299a111ddc6cd")
}

// UnpackJobOrdersTokenNotAllowedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error JobOrders_TokenNotAllowed(address token)
func (jobOrders *JobOrders) UnpackJobOrdersTokenNotAllowedError(raw []byte) (*JobOrdersJobOrdersTokenNotAllowed, error) {
	out := new(JobOrdersJobOrdersTokenNotAllowed)
	if err := jobOrders.abi.UnpackIntoInterface(out, "JobOrders_TokenNotAllowed", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// JobOrdersJobOrdersTooEarly represents a JobOrders_TooEarly error raised by the JobOrders contract.
type JobOrdersJobOrdersTooEarly struct {
	Order [32]byte
	Due   *big.Int
	Time  *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error JobOrders_TooEarly(bytes32 order, uint256 due, uint256 time)
func JobOrdersJobOrdersTooEarlyErrorID() common.Hash {
	return common.HexToHash("0x6e767cfb4e0f2ef49608be783912836641c6eb9c9ff11c98e2523c3067e99bfe")
}

// UnpackJobOrdersTooEarlyError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error JobOrders_TooEarly(bytes32 order, uint256 due, uint256 time)
func (jobOrders *JobOrders) UnpackJobOrdersTooEarlyError(raw []byte) (*JobOrdersJobOrdersTooEarly, error) {
	out := new(JobOrdersJobOrdersTooEarly)
	if err := jobOrders.abi.UnpackIntoInterface(out, "JobOrders_TooEarly", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// JobOrdersJobOrdersTooLate represents a JobOrders_TooLate error raised by the JobOrders contract.
type JobOrdersJobOrdersTooLate struct {
	Order [32]byte
	Due   *big.Int
	Time  *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error JobOrders_TooLate(bytes32 order, uint256 due, uint256 time)
func JobOrdersJobOrdersTooLateErrorID() common.Hash {
	return common.HexToHash("0xf3e16bac2dfe2d039a5cb92e360a3029406ca94f83c50847e566e2b356e54cff")
}

// UnpackJobOrdersTooLateError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error JobOrders_TooLate(bytes32 order, uint256 due, uint256 time)
func (jobOrders *JobOrders) UnpackJobOrdersTooLateError(raw []byte) (*JobOrdersJobOrdersTooLate, error) {
	out := new(JobOrdersJobOrdersTooLate)
	if err := jobOrders.abi.UnpackIntoInterface(out, "JobOrders_TooLate", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// JobOrdersJobOrdersWrongState represents a JobOrders_WrongState error raised by the JobOrders contract.
type JobOrdersJobOrdersWrongState struct {
	Order [32]byte
	State uint8
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error JobOrders_WrongState(bytes32 order, uint8 state)
func JobOrdersJobOrdersWrongStateErrorID() common.Hash {
	return common.HexToHash("0xeb47c00840e1e826deef97087aadca76493365552703aa5e9fd7053ecffbebad")
}

// UnpackJobOrdersWrongStateError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error JobOrders_WrongState(bytes32 order, uint8 state)
func (jobOrders *JobOrders) UnpackJobOrdersWrongStateError(raw []byte) (*JobOrdersJobOrdersWrongState, error) {
	out := new(JobOrdersJobOrdersWrongState)
	if err := jobOrders.abi.UnpackIntoInterface(out, "JobOrders_WrongState", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// JobOrdersJobOrdersZeroAddress represents a JobOrders_ZeroAddress error raised by the JobOrders contract.
type JobOrdersJobOrdersZeroAddress struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error JobOrders_ZeroAddress()
func JobOrdersJobOrdersZeroAddressErrorID() common.Hash {
	return common.HexToHash("0x891b524e28660e7aa933b9db0f9605dba3c4a6cb1d1aeb99a63e4da6feb06a93")
}

// UnpackJobOrdersZeroAddressError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error JobOrders_ZeroAddress()
func (jobOrders *JobOrders) UnpackJobOrdersZeroAddressError(raw []byte) (*JobOrdersJobOrdersZeroAddress, error) {
	out := new(JobOrdersJobOrdersZeroAddress)
	if err := jobOrders.abi.UnpackIntoInterface(out, "JobOrders_ZeroAddress", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// JobOrdersReentrancyGuardReentrantCall represents a ReentrancyGuardReentrantCall error raised by the JobOrders contract.
type JobOrdersReentrancyGuardReentrantCall struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ReentrancyGuardReentrantCall()
func JobOrdersReentrancyGuardReentrantCallErrorID() common.Hash {
	return common.HexToHash("0x3ee5aeb571de7fc460830b4d0017439a1ca56fb0bc39062227ade4fe4a24c1ca")
}

// UnpackReentrancyGuardReentrantCallError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ReentrancyGuardReentrantCall()
func (jobOrders *JobOrders) UnpackReentrancyGuardReentrantCallError(raw []byte) (*JobOrdersReentrancyGuardReentrantCall, error) {
	out := new(JobOrdersReentrancyGuardReentrantCall)
	if err := jobOrders.abi.UnpackIntoInterface(out, "ReentrancyGuardReentrantCall", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// JobOrdersSafeERC20FailedOperation represents a SafeERC20FailedOperation error raised by the JobOrders contract.
type JobOrdersSafeERC20FailedOperation struct {
	Token common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error SafeERC20FailedOperation(address token)
func JobOrdersSafeERC20FailedOperationErrorID() common.Hash {
	return common.HexToHash("0x5274afe73c98b4749fc91ffae6b7b574e7842cb2144a159e9377a5f20b32edf9")
}

// UnpackSafeERC20FailedOperationError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error SafeERC20FailedOperation(address token)
func (jobOrders *JobOrders) UnpackSafeERC20FailedOperationError(raw []byte) (*JobOrdersSafeERC20FailedOperation, error) {
	out := new(JobOrdersSafeERC20FailedOperation)
	if err := jobOrders.abi.UnpackIntoInterface(out, "SafeERC20FailedOperation", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// JobOrdersStringTooLong represents a StringTooLong error raised by the JobOrders contract.
type JobOrdersStringTooLong struct {
	Str string
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error StringTooLong(string str)
func JobOrdersStringTooLongErrorID() common.Hash {
	return common.HexToHash("0x305a27a93f8e33b7392df0a0f91d6fc63847395853c45991eec52dbf24d72381")
}

// UnpackStringTooLongError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error StringTooLong(string str)
func (jobOrders *JobOrders) UnpackStringTooLongError(raw []byte) (*JobOrdersStringTooLong, error) {
	out := new(JobOrdersStringTooLong)
	if err := jobOrders.abi.UnpackIntoInterface(out, "StringTooLong", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// JobOrdersTillNotAccount represents a Till_NotAccount error raised by the JobOrders contract.
type JobOrdersTillNotAccount struct {
	Caller  common.Address
	Account common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error Till_NotAccount(address caller, address account)
func JobOrdersTillNotAccountErrorID() common.Hash {
	return common.HexToHash("0x9502d86ea2b6ed6067677cd3589f6ead62631e14fb0974f916af75e1252d4eb2")
}

// UnpackTillNotAccountError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error Till_NotAccount(address caller, address account)
func (jobOrders *JobOrders) UnpackTillNotAccountError(raw []byte) (*JobOrdersTillNotAccount, error) {
	out := new(JobOrdersTillNotAccount)
	if err := jobOrders.abi.UnpackIntoInterface(out, "Till_NotAccount", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// JobOrdersTillNothingToWithdraw represents a Till_NothingToWithdraw error raised by the JobOrders contract.
type JobOrdersTillNothingToWithdraw struct {
	Token   common.Address
	Account common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error Till_NothingToWithdraw(address token, address account)
func JobOrdersTillNothingToWithdrawErrorID() common.Hash {
	return common.HexToHash("0xaaf06274538b7693907133edf416976a495cb4377e19c87f6538360c64f7caf7")
}

// UnpackTillNothingToWithdrawError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error Till_NothingToWithdraw(address token, address account)
func (jobOrders *JobOrders) UnpackTillNothingToWithdrawError(raw []byte) (*JobOrdersTillNothingToWithdraw, error) {
	out := new(JobOrdersTillNothingToWithdraw)
	if err := jobOrders.abi.UnpackIntoInterface(out, "Till_NothingToWithdraw", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// JobOrdersTillWrongAmount represents a Till_WrongAmount error raised by the JobOrders contract.
type JobOrdersTillWrongAmount struct {
	Token   common.Address
	Arrived *big.Int
	Cost    *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error Till_WrongAmount(address token, uint256 arrived, uint256 cost)
func JobOrdersTillWrongAmountErrorID() common.Hash {
	return common.HexToHash("0xc22bb4bd89c73b73a6e638e3d31cca53cf023d20922321369823e55d41186880")
}

// UnpackTillWrongAmountError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error Till_WrongAmount(address token, uint256 arrived, uint256 cost)
func (jobOrders *JobOrders) UnpackTillWrongAmountError(raw []byte) (*JobOrdersTillWrongAmount, error) {
	out := new(JobOrdersTillWrongAmount)
	if err := jobOrders.abi.UnpackIntoInterface(out, "Till_WrongAmount", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// JobOrdersTillWrongValue represents a Till_WrongValue error raised by the JobOrders contract.
type JobOrdersTillWrongValue struct {
	Sent *big.Int
	Cost *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error Till_WrongValue(uint256 sent, uint256 cost)
func JobOrdersTillWrongValueErrorID() common.Hash {
	return common.HexToHash("0x6597c0090372592895838cedb8f967f194b12b562ebf834f180a70ca7e5b1455")
}

// UnpackTillWrongValueError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error Till_WrongValue(uint256 sent, uint256 cost)
func (jobOrders *JobOrders) UnpackTillWrongValueError(raw []byte) (*JobOrdersTillWrongValue, error) {
	out := new(JobOrdersTillWrongValue)
	if err := jobOrders.abi.UnpackIntoInterface(out, "Till_WrongValue", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// JobOrdersTillZeroAddress represents a Till_ZeroAddress error raised by the JobOrders contract.
type JobOrdersTillZeroAddress struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error Till_ZeroAddress()
func JobOrdersTillZeroAddressErrorID() common.Hash {
	return common.HexToHash("0x787f7122ef53d836cb707d68580678a56e8a296bb5f65c1b050537a756d94cc7")
}

// UnpackTillZeroAddressError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error Till_ZeroAddress()
func (jobOrders *JobOrders) UnpackTillZeroAddressError(raw []byte) (*JobOrdersTillZeroAddress, error) {
	out := new(JobOrdersTillZeroAddress)
	if err := jobOrders.abi.UnpackIntoInterface(out, "Till_ZeroAddress", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// LineageResolverMetaData contains all meta data concerning the LineageResolver contract.
var LineageResolverMetaData = bind.MetaData{
	ABI: "[{\"type\":\"constructor\",\"inputs\":[{\"name\":\"eas\",\"type\":\"address\",\"internalType\":\"contractIEAS\"},{\"name\":\"registry_\",\"type\":\"address\",\"internalType\":\"contractIModelRegistry\"}],\"stateMutability\":\"nonpayable\"},{\"type\":\"receive\",\"stateMutability\":\"payable\"},{\"type\":\"function\",\"name\":\"attest\",\"inputs\":[{\"name\":\"attestation\",\"type\":\"tuple\",\"internalType\":\"structAttestation\",\"components\":[{\"name\":\"uid\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"},{\"name\":\"schema\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"},{\"name\":\"time\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"expirationTime\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"revocationTime\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"refUID\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"},{\"name\":\"recipient\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"attester\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"revocable\",\"type\":\"bool\",\"internalType\":\"bool\"},{\"name\":\"data\",\"type\":\"bytes\",\"internalType\":\"bytes\"}]}],\"outputs\":[{\"name\":\"\",\"type\":\"bool\",\"internalType\":\"bool\"}],\"stateMutability\":\"payable\"},{\"type\":\"function\",\"name\":\"isPayable\",\"inputs\":[],\"outputs\":[{\"name\":\"\",\"type\":\"bool\",\"internalType\":\"bool\"}],\"stateMutability\":\"pure\"},{\"type\":\"function\",\"name\":\"multiAttest\",\"inputs\":[{\"name\":\"attestations\",\"type\":\"tuple[]\",\"internalType\":\"structAttestation[]\",\"components\":[{\"name\":\"uid\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"},{\"name\":\"schema\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"},{\"name\":\"time\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"expirationTime\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"revocationTime\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"refUID\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"},{\"name\":\"recipient\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"attester\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"revocable\",\"type\":\"bool\",\"internalType\":\"bool\"},{\"name\":\"data\",\"type\":\"bytes\",\"internalType\":\"bytes\"}]},{\"name\":\"values\",\"type\":\"uint256[]\",\"internalType\":\"uint256[]\"}],\"outputs\":[{\"name\":\"\",\"type\":\"bool\",\"internalType\":\"bool\"}],\"stateMutability\":\"payable\"},{\"type\":\"function\",\"name\":\"multiRevoke\",\"inputs\":[{\"name\":\"attestations\",\"type\":\"tuple[]\",\"internalType\":\"structAttestation[]\",\"components\":[{\"name\":\"uid\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"},{\"name\":\"schema\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"},{\"name\":\"time\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"expirationTime\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"revocationTime\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"refUID\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"},{\"name\":\"recipient\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"attester\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"revocable\",\"type\":\"bool\",\"internalType\":\"bool\"},{\"name\":\"data\",\"type\":\"bytes\",\"internalType\":\"bytes\"}]},{\"name\":\"values\",\"type\":\"uint256[]\",\"internalType\":\"uint256[]\"}],\"outputs\":[{\"name\":\"\",\"type\":\"bool\",\"internalType\":\"bool\"}],\"stateMutability\":\"payable\"},{\"type\":\"function\",\"name\":\"registry\",\"inputs\":[],\"outputs\":[{\"name\":\"\",\"type\":\"address\",\"internalType\":\"contractIModelRegistry\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"revoke\",\"inputs\":[{\"name\":\"attestation\",\"type\":\"tuple\",\"internalType\":\"structAttestation\",\"components\":[{\"name\":\"uid\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"},{\"name\":\"schema\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"},{\"name\":\"time\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"expirationTime\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"revocationTime\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"refUID\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"},{\"name\":\"recipient\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"attester\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"revocable\",\"type\":\"bool\",\"internalType\":\"bool\"},{\"name\":\"data\",\"type\":\"bytes\",\"internalType\":\"bytes\"}]}],\"outputs\":[{\"name\":\"\",\"type\":\"bool\",\"internalType\":\"bool\"}],\"stateMutability\":\"payable\"},{\"type\":\"function\",\"name\":\"schema\",\"inputs\":[],\"outputs\":[{\"name\":\"\",\"type\":\"string\",\"internalType\":\"string\"}],\"stateMutability\":\"pure\"},{\"type\":\"function\",\"name\":\"version\",\"inputs\":[],\"outputs\":[{\"name\":\"\",\"type\":\"string\",\"internalType\":\"string\"}],\"stateMutability\":\"view\"},{\"type\":\"event\",\"name\":\"LineageAttested\",\"inputs\":[{\"name\":\"child\",\"type\":\"bytes32\",\"indexed\":true,\"internalType\":\"VersionId\"},{\"name\":\"parent\",\"type\":\"bytes32\",\"indexed\":true,\"internalType\":\"VersionId\"},{\"name\":\"uid\",\"type\":\"bytes32\",\"indexed\":false,\"internalType\":\"bytes32\"},{\"name\":\"relation\",\"type\":\"string\",\"indexed\":false,\"internalType\":\"string\"}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"LineageRevoked\",\"inputs\":[{\"name\":\"child\",\"type\":\"bytes32\",\"indexed\":true,\"internalType\":\"VersionId\"},{\"name\":\"parent\",\"type\":\"bytes32\",\"indexed\":true,\"internalType\":\"VersionId\"},{\"name\":\"uid\",\"type\":\"bytes32\",\"indexed\":false,\"internalType\":\"bytes32\"}],\"anonymous\":false},{\"type\":\"error\",\"name\":\"AccessDenied\",\"inputs\":[]},{\"type\":\"error\",\"name\":\"InsufficientValue\",\"inputs\":[]},{\"type\":\"error\",\"name\":\"InvalidEAS\",\"inputs\":[]},{\"type\":\"error\",\"name\":\"InvalidLength\",\"inputs\":[]},{\"type\":\"error\",\"name\":\"LineageResolver_NotOwner\",\"inputs\":[{\"name\":\"model\",\"type\":\"bytes32\",\"internalType\":\"ModelId\"},{\"name\":\"attester\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"owner\",\"type\":\"address\",\"internalType\":\"address\"}]},{\"type\":\"error\",\"name\":\"LineageResolver_OwnParent\",\"inputs\":[{\"name\":\"version\",\"type\":\"bytes32\",\"internalType\":\"VersionId\"}]},{\"type\":\"error\",\"name\":\"LineageResolver_UnknownVersion\",\"inputs\":[{\"name\":\"version\",\"type\":\"bytes32\",\"internalType\":\"VersionId\"}]},{\"type\":\"error\",\"name\":\"NotPayable\",\"inputs\":[]}]",
	ID:  "LineageResolver",
}

// LineageResolver is an auto generated Go binding around an Ethereum contract.
type LineageResolver struct {
	abi abi.ABI
}

// GetABI returns the ABI associated with this contract binding.
func (c *LineageResolver) GetABI() abi.ABI {
	return c.abi
}

// NewLineageResolver creates a new instance of LineageResolver.
func NewLineageResolver() *LineageResolver {
	parsed, err := LineageResolverMetaData.ParseABI()
	if err != nil {
		panic(errors.New("invalid ABI: " + err.Error()))
	}
	return &LineageResolver{abi: *parsed}
}

// Instance creates a wrapper for a deployed contract instance at the given address.
// Use this to create the instance object passed to abigen v2 library functions Call, Transact, etc.
func (c *LineageResolver) Instance(backend bind.ContractBackend, addr common.Address) *bind.BoundContract {
	return bind.NewBoundContract(addr, c.abi, backend, backend, backend)
}

// PackConstructor is the Go binding used to pack the parameters required for
// contract deployment.
//
// Solidity: constructor(address eas, address registry_) returns()
func (lineageResolver *LineageResolver) PackConstructor(eas common.Address, registry_ common.Address) []byte {
	enc, err := lineageResolver.abi.Pack("", eas, registry_)
	if err != nil {
		panic(err)
	}
	return enc
}

// PackAttest is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xe60c3505.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function attest((bytes32,bytes32,uint64,uint64,uint64,bytes32,address,address,bool,bytes) attestation) payable returns(bool)
func (lineageResolver *LineageResolver) PackAttest(attestation Attestation) []byte {
	enc, err := lineageResolver.abi.Pack("attest", attestation)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackAttest is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xe60c3505.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function attest((bytes32,bytes32,uint64,uint64,uint64,bytes32,address,address,bool,bytes) attestation) payable returns(bool)
func (lineageResolver *LineageResolver) TryPackAttest(attestation Attestation) ([]byte, error) {
	return lineageResolver.abi.Pack("attest", attestation)
}

// UnpackAttest is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xe60c3505.
//
// Solidity: function attest((bytes32,bytes32,uint64,uint64,uint64,bytes32,address,address,bool,bytes) attestation) payable returns(bool)
func (lineageResolver *LineageResolver) UnpackAttest(data []byte) (bool, error) {
	out, err := lineageResolver.abi.Unpack("attest", data)
	if err != nil {
		return *new(bool), err
	}
	out0 := *abi.ConvertType(out[0], new(bool)).(*bool)
	return out0, nil
}

// PackIsPayable is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xce46e046.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function isPayable() pure returns(bool)
func (lineageResolver *LineageResolver) PackIsPayable() []byte {
	enc, err := lineageResolver.abi.Pack("isPayable")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackIsPayable is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xce46e046.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function isPayable() pure returns(bool)
func (lineageResolver *LineageResolver) TryPackIsPayable() ([]byte, error) {
	return lineageResolver.abi.Pack("isPayable")
}

// UnpackIsPayable is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xce46e046.
//
// Solidity: function isPayable() pure returns(bool)
func (lineageResolver *LineageResolver) UnpackIsPayable(data []byte) (bool, error) {
	out, err := lineageResolver.abi.Unpack("isPayable", data)
	if err != nil {
		return *new(bool), err
	}
	out0 := *abi.ConvertType(out[0], new(bool)).(*bool)
	return out0, nil
}

// PackMultiAttest is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x91db0b7e.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function multiAttest((bytes32,bytes32,uint64,uint64,uint64,bytes32,address,address,bool,bytes)[] attestations, uint256[] values) payable returns(bool)
func (lineageResolver *LineageResolver) PackMultiAttest(attestations []Attestation, values []*big.Int) []byte {
	enc, err := lineageResolver.abi.Pack("multiAttest", attestations, values)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackMultiAttest is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x91db0b7e.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function multiAttest((bytes32,bytes32,uint64,uint64,uint64,bytes32,address,address,bool,bytes)[] attestations, uint256[] values) payable returns(bool)
func (lineageResolver *LineageResolver) TryPackMultiAttest(attestations []Attestation, values []*big.Int) ([]byte, error) {
	return lineageResolver.abi.Pack("multiAttest", attestations, values)
}

// UnpackMultiAttest is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x91db0b7e.
//
// Solidity: function multiAttest((bytes32,bytes32,uint64,uint64,uint64,bytes32,address,address,bool,bytes)[] attestations, uint256[] values) payable returns(bool)
func (lineageResolver *LineageResolver) UnpackMultiAttest(data []byte) (bool, error) {
	out, err := lineageResolver.abi.Unpack("multiAttest", data)
	if err != nil {
		return *new(bool), err
	}
	out0 := *abi.ConvertType(out[0], new(bool)).(*bool)
	return out0, nil
}

// PackMultiRevoke is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x88e5b2d9.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function multiRevoke((bytes32,bytes32,uint64,uint64,uint64,bytes32,address,address,bool,bytes)[] attestations, uint256[] values) payable returns(bool)
func (lineageResolver *LineageResolver) PackMultiRevoke(attestations []Attestation, values []*big.Int) []byte {
	enc, err := lineageResolver.abi.Pack("multiRevoke", attestations, values)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackMultiRevoke is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x88e5b2d9.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function multiRevoke((bytes32,bytes32,uint64,uint64,uint64,bytes32,address,address,bool,bytes)[] attestations, uint256[] values) payable returns(bool)
func (lineageResolver *LineageResolver) TryPackMultiRevoke(attestations []Attestation, values []*big.Int) ([]byte, error) {
	return lineageResolver.abi.Pack("multiRevoke", attestations, values)
}

// UnpackMultiRevoke is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x88e5b2d9.
//
// Solidity: function multiRevoke((bytes32,bytes32,uint64,uint64,uint64,bytes32,address,address,bool,bytes)[] attestations, uint256[] values) payable returns(bool)
func (lineageResolver *LineageResolver) UnpackMultiRevoke(data []byte) (bool, error) {
	out, err := lineageResolver.abi.Unpack("multiRevoke", data)
	if err != nil {
		return *new(bool), err
	}
	out0 := *abi.ConvertType(out[0], new(bool)).(*bool)
	return out0, nil
}

// PackRegistry is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7b103999.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function registry() view returns(address)
func (lineageResolver *LineageResolver) PackRegistry() []byte {
	enc, err := lineageResolver.abi.Pack("registry")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackRegistry is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7b103999.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function registry() view returns(address)
func (lineageResolver *LineageResolver) TryPackRegistry() ([]byte, error) {
	return lineageResolver.abi.Pack("registry")
}

// UnpackRegistry is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x7b103999.
//
// Solidity: function registry() view returns(address)
func (lineageResolver *LineageResolver) UnpackRegistry(data []byte) (common.Address, error) {
	out, err := lineageResolver.abi.Unpack("registry", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackRevoke is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xe49617e1.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function revoke((bytes32,bytes32,uint64,uint64,uint64,bytes32,address,address,bool,bytes) attestation) payable returns(bool)
func (lineageResolver *LineageResolver) PackRevoke(attestation Attestation) []byte {
	enc, err := lineageResolver.abi.Pack("revoke", attestation)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackRevoke is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xe49617e1.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function revoke((bytes32,bytes32,uint64,uint64,uint64,bytes32,address,address,bool,bytes) attestation) payable returns(bool)
func (lineageResolver *LineageResolver) TryPackRevoke(attestation Attestation) ([]byte, error) {
	return lineageResolver.abi.Pack("revoke", attestation)
}

// UnpackRevoke is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xe49617e1.
//
// Solidity: function revoke((bytes32,bytes32,uint64,uint64,uint64,bytes32,address,address,bool,bytes) attestation) payable returns(bool)
func (lineageResolver *LineageResolver) UnpackRevoke(data []byte) (bool, error) {
	out, err := lineageResolver.abi.Unpack("revoke", data)
	if err != nil {
		return *new(bool), err
	}
	out0 := *abi.ConvertType(out[0], new(bool)).(*bool)
	return out0, nil
}

// PackSchema is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf8895cc8.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function schema() pure returns(string)
func (lineageResolver *LineageResolver) PackSchema() []byte {
	enc, err := lineageResolver.abi.Pack("schema")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSchema is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf8895cc8.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function schema() pure returns(string)
func (lineageResolver *LineageResolver) TryPackSchema() ([]byte, error) {
	return lineageResolver.abi.Pack("schema")
}

// UnpackSchema is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xf8895cc8.
//
// Solidity: function schema() pure returns(string)
func (lineageResolver *LineageResolver) UnpackSchema(data []byte) (string, error) {
	out, err := lineageResolver.abi.Unpack("schema", data)
	if err != nil {
		return *new(string), err
	}
	out0 := *abi.ConvertType(out[0], new(string)).(*string)
	return out0, nil
}

// PackVersion is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x54fd4d50.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function version() view returns(string)
func (lineageResolver *LineageResolver) PackVersion() []byte {
	enc, err := lineageResolver.abi.Pack("version")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackVersion is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x54fd4d50.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function version() view returns(string)
func (lineageResolver *LineageResolver) TryPackVersion() ([]byte, error) {
	return lineageResolver.abi.Pack("version")
}

// UnpackVersion is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x54fd4d50.
//
// Solidity: function version() view returns(string)
func (lineageResolver *LineageResolver) UnpackVersion(data []byte) (string, error) {
	out, err := lineageResolver.abi.Unpack("version", data)
	if err != nil {
		return *new(string), err
	}
	out0 := *abi.ConvertType(out[0], new(string)).(*string)
	return out0, nil
}

// LineageResolverLineageAttested represents a LineageAttested event raised by the LineageResolver contract.
type LineageResolverLineageAttested struct {
	Child    [32]byte
	Parent   [32]byte
	Uid      [32]byte
	Relation string
	Raw      *types.Log // Blockchain specific contextual infos
}

const LineageResolverLineageAttestedEventName = "LineageAttested"

// ContractEventName returns the user-defined event name.
func (LineageResolverLineageAttested) ContractEventName() string {
	return LineageResolverLineageAttestedEventName
}

// UnpackLineageAttestedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event LineageAttested(bytes32 indexed child, bytes32 indexed parent, bytes32 uid, string relation)
func (lineageResolver *LineageResolver) UnpackLineageAttestedEvent(log *types.Log) (*LineageResolverLineageAttested, error) {
	event := "LineageAttested"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != lineageResolver.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(LineageResolverLineageAttested)
	if len(log.Data) > 0 {
		if err := lineageResolver.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range lineageResolver.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// LineageResolverLineageRevoked represents a LineageRevoked event raised by the LineageResolver contract.
type LineageResolverLineageRevoked struct {
	Child  [32]byte
	Parent [32]byte
	Uid    [32]byte
	Raw    *types.Log // Blockchain specific contextual infos
}

const LineageResolverLineageRevokedEventName = "LineageRevoked"

// ContractEventName returns the user-defined event name.
func (LineageResolverLineageRevoked) ContractEventName() string {
	return LineageResolverLineageRevokedEventName
}

// UnpackLineageRevokedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event LineageRevoked(bytes32 indexed child, bytes32 indexed parent, bytes32 uid)
func (lineageResolver *LineageResolver) UnpackLineageRevokedEvent(log *types.Log) (*LineageResolverLineageRevoked, error) {
	event := "LineageRevoked"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != lineageResolver.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(LineageResolverLineageRevoked)
	if len(log.Data) > 0 {
		if err := lineageResolver.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range lineageResolver.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// UnpackError attempts to decode the provided error data using user-defined
// error definitions.
func (lineageResolver *LineageResolver) UnpackError(raw []byte) (any, error) {
	if bytes.Equal(raw[:4], lineageResolver.abi.Errors["AccessDenied"].ID.Bytes()[:4]) {
		return lineageResolver.UnpackAccessDeniedError(raw[4:])
	}
	if bytes.Equal(raw[:4], lineageResolver.abi.Errors["InsufficientValue"].ID.Bytes()[:4]) {
		return lineageResolver.UnpackInsufficientValueError(raw[4:])
	}
	if bytes.Equal(raw[:4], lineageResolver.abi.Errors["InvalidEAS"].ID.Bytes()[:4]) {
		return lineageResolver.UnpackInvalidEASError(raw[4:])
	}
	if bytes.Equal(raw[:4], lineageResolver.abi.Errors["InvalidLength"].ID.Bytes()[:4]) {
		return lineageResolver.UnpackInvalidLengthError(raw[4:])
	}
	if bytes.Equal(raw[:4], lineageResolver.abi.Errors["LineageResolver_NotOwner"].ID.Bytes()[:4]) {
		return lineageResolver.UnpackLineageResolverNotOwnerError(raw[4:])
	}
	if bytes.Equal(raw[:4], lineageResolver.abi.Errors["LineageResolver_OwnParent"].ID.Bytes()[:4]) {
		return lineageResolver.UnpackLineageResolverOwnParentError(raw[4:])
	}
	if bytes.Equal(raw[:4], lineageResolver.abi.Errors["LineageResolver_UnknownVersion"].ID.Bytes()[:4]) {
		return lineageResolver.UnpackLineageResolverUnknownVersionError(raw[4:])
	}
	if bytes.Equal(raw[:4], lineageResolver.abi.Errors["NotPayable"].ID.Bytes()[:4]) {
		return lineageResolver.UnpackNotPayableError(raw[4:])
	}
	return nil, errors.New("unknown error")
}

// LineageResolverAccessDenied represents a AccessDenied error raised by the LineageResolver contract.
type LineageResolverAccessDenied struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error AccessDenied()
func LineageResolverAccessDeniedErrorID() common.Hash {
	return common.HexToHash("0x4ca888678577e39e3ac9ac6cfe78050ee33f0c0eec2c686bc222b2cf4140a62c")
}

// UnpackAccessDeniedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error AccessDenied()
func (lineageResolver *LineageResolver) UnpackAccessDeniedError(raw []byte) (*LineageResolverAccessDenied, error) {
	out := new(LineageResolverAccessDenied)
	if err := lineageResolver.abi.UnpackIntoInterface(out, "AccessDenied", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// LineageResolverInsufficientValue represents a InsufficientValue error raised by the LineageResolver contract.
type LineageResolverInsufficientValue struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error InsufficientValue()
func LineageResolverInsufficientValueErrorID() common.Hash {
	return common.HexToHash("0x11011294e523eeec4433580885161d3042233fd44e22bd84d0e716dddf44fc41")
}

// UnpackInsufficientValueError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error InsufficientValue()
func (lineageResolver *LineageResolver) UnpackInsufficientValueError(raw []byte) (*LineageResolverInsufficientValue, error) {
	out := new(LineageResolverInsufficientValue)
	if err := lineageResolver.abi.UnpackIntoInterface(out, "InsufficientValue", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// LineageResolverInvalidEAS represents a InvalidEAS error raised by the LineageResolver contract.
type LineageResolverInvalidEAS struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error InvalidEAS()
func LineageResolverInvalidEASErrorID() common.Hash {
	return common.HexToHash("0x83780ffe5fd7b14051adccf225d8d82615657417f45333f568be58c8397ba267")
}

// UnpackInvalidEASError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error InvalidEAS()
func (lineageResolver *LineageResolver) UnpackInvalidEASError(raw []byte) (*LineageResolverInvalidEAS, error) {
	out := new(LineageResolverInvalidEAS)
	if err := lineageResolver.abi.UnpackIntoInterface(out, "InvalidEAS", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// LineageResolverInvalidLength represents a InvalidLength error raised by the LineageResolver contract.
type LineageResolverInvalidLength struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error InvalidLength()
func LineageResolverInvalidLengthErrorID() common.Hash {
	return common.HexToHash("0x947d5a8466b7bcfb56468ee05345bfacfb6c28f016a57c192dadee0d8affb197")
}

// UnpackInvalidLengthError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error InvalidLength()
func (lineageResolver *LineageResolver) UnpackInvalidLengthError(raw []byte) (*LineageResolverInvalidLength, error) {
	out := new(LineageResolverInvalidLength)
	if err := lineageResolver.abi.UnpackIntoInterface(out, "InvalidLength", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// LineageResolverLineageResolverNotOwner represents a LineageResolver_NotOwner error raised by the LineageResolver contract.
type LineageResolverLineageResolverNotOwner struct {
	Model    [32]byte
	Attester common.Address
	Owner    common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error LineageResolver_NotOwner(bytes32 model, address attester, address owner)
func LineageResolverLineageResolverNotOwnerErrorID() common.Hash {
	return common.HexToHash("0x4976c5a45ea0496392d5be4e1f66fe33acc3c8484325befc511545c6dbd7be11")
}

// UnpackLineageResolverNotOwnerError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error LineageResolver_NotOwner(bytes32 model, address attester, address owner)
func (lineageResolver *LineageResolver) UnpackLineageResolverNotOwnerError(raw []byte) (*LineageResolverLineageResolverNotOwner, error) {
	out := new(LineageResolverLineageResolverNotOwner)
	if err := lineageResolver.abi.UnpackIntoInterface(out, "LineageResolver_NotOwner", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// LineageResolverLineageResolverOwnParent represents a LineageResolver_OwnParent error raised by the LineageResolver contract.
type LineageResolverLineageResolverOwnParent struct {
	Version [32]byte
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error LineageResolver_OwnParent(bytes32 version)
func LineageResolverLineageResolverOwnParentErrorID() common.Hash {
	return common.HexToHash("0x1600d2f05aa816358474e375fac21674320d53b46edbb5c2996de859acc69550")
}

// UnpackLineageResolverOwnParentError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error LineageResolver_OwnParent(bytes32 version)
func (lineageResolver *LineageResolver) UnpackLineageResolverOwnParentError(raw []byte) (*LineageResolverLineageResolverOwnParent, error) {
	out := new(LineageResolverLineageResolverOwnParent)
	if err := lineageResolver.abi.UnpackIntoInterface(out, "LineageResolver_OwnParent", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// LineageResolverLineageResolverUnknownVersion represents a LineageResolver_UnknownVersion error raised by the LineageResolver contract.
type LineageResolverLineageResolverUnknownVersion struct {
	Version [32]byte
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error LineageResolver_UnknownVersion(bytes32 version)
func LineageResolverLineageResolverUnknownVersionErrorID() common.Hash {
	return common.HexToHash("0x5df4710b7cbc593eb6003483d1a40c149a2abc96aedae31c896d61e2af0250e6")
}

// UnpackLineageResolverUnknownVersionError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error LineageResolver_UnknownVersion(bytes32 version)
func (lineageResolver *LineageResolver) UnpackLineageResolverUnknownVersionError(raw []byte) (*LineageResolverLineageResolverUnknownVersion, error) {
	out := new(LineageResolverLineageResolverUnknownVersion)
	if err := lineageResolver.abi.UnpackIntoInterface(out, "LineageResolver_UnknownVersion", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// LineageResolverNotPayable represents a NotPayable error raised by the LineageResolver contract.
type LineageResolverNotPayable struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error NotPayable()
func LineageResolverNotPayableErrorID() common.Hash {
	return common.HexToHash("0x1574f9f3d00691584a68924b52dac97492321820d9f27057bb8aa2c70544398e")
}

// UnpackNotPayableError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error NotPayable()
func (lineageResolver *LineageResolver) UnpackNotPayableError(raw []byte) (*LineageResolverNotPayable, error) {
	out := new(LineageResolverNotPayable)
	if err := lineageResolver.abi.UnpackIntoInterface(out, "NotPayable", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// ModelNFTMetaData contains all meta data concerning the ModelNFT contract.
var ModelNFTMetaData = bind.MetaData{
	ABI: "[{\"type\":\"constructor\",\"inputs\":[{\"name\":\"registry_\",\"type\":\"address\",\"internalType\":\"contractIModelRegistry\"},{\"name\":\"authority\",\"type\":\"address\",\"internalType\":\"address\"}],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"DEFAULT_ROYALTY_BPS\",\"inputs\":[],\"outputs\":[{\"name\":\"\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"MAX_ROYALTY_BPS\",\"inputs\":[],\"outputs\":[{\"name\":\"\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"RECOVERY_DELAY\",\"inputs\":[],\"outputs\":[{\"name\":\"\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"approve\",\"inputs\":[{\"name\":\"to\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"tokenId\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"outputs\":[],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"authority\",\"inputs\":[],\"outputs\":[{\"name\":\"\",\"type\":\"address\",\"internalType\":\"address\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"balanceOf\",\"inputs\":[{\"name\":\"owner\",\"type\":\"address\",\"internalType\":\"address\"}],\"outputs\":[{\"name\":\"\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"cancelRecovery\",\"inputs\":[{\"name\":\"id\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"outputs\":[],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"contractURI\",\"inputs\":[],\"outputs\":[{\"name\":\"\",\"type\":\"string\",\"internalType\":\"string\"}],\"stateMutability\":\"pure\"},{\"type\":\"function\",\"name\":\"finishRecovery\",\"inputs\":[{\"name\":\"id\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"outputs\":[],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"getApproved\",\"inputs\":[{\"name\":\"tokenId\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"outputs\":[{\"name\":\"\",\"type\":\"address\",\"internalType\":\"address\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"getTransferValidationFunction\",\"inputs\":[],\"outputs\":[{\"name\":\"functionSignature\",\"type\":\"bytes4\",\"internalType\":\"bytes4\"},{\"name\":\"isViewFunction\",\"type\":\"bool\",\"internalType\":\"bool\"}],\"stateMutability\":\"pure\"},{\"type\":\"function\",\"name\":\"getTransferValidator\",\"inputs\":[],\"outputs\":[{\"name\":\"\",\"type\":\"address\",\"internalType\":\"address\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"isApprovedForAll\",\"inputs\":[{\"name\":\"owner\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"operator\",\"type\":\"address\",\"internalType\":\"address\"}],\"outputs\":[{\"name\":\"\",\"type\":\"bool\",\"internalType\":\"bool\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"isConsumingScheduledOp\",\"inputs\":[],\"outputs\":[{\"name\":\"\",\"type\":\"bytes4\",\"internalType\":\"bytes4\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"mint\",\"inputs\":[{\"name\":\"owner\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"id\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"splitter\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"royaltyBps\",\"type\":\"uint16\",\"internalType\":\"uint16\"},{\"name\":\"recovery\",\"type\":\"address\",\"internalType\":\"address\"}],\"outputs\":[],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"name\",\"inputs\":[],\"outputs\":[{\"name\":\"\",\"type\":\"string\",\"internalType\":\"string\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"ownerOf\",\"inputs\":[{\"name\":\"tokenId\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"outputs\":[{\"name\":\"\",\"type\":\"address\",\"internalType\":\"address\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"recoveryOf\",\"inputs\":[{\"name\":\"id\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"outputs\":[{\"name\":\"\",\"type\":\"address\",\"internalType\":\"address\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"refresh\",\"inputs\":[{\"name\":\"id\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"outputs\":[],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"registry\",\"inputs\":[],\"outputs\":[{\"name\":\"\",\"type\":\"address\",\"internalType\":\"contractIModelRegistry\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"requestOf\",\"inputs\":[{\"name\":\"id\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"outputs\":[{\"name\":\"to\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"readyAt\",\"type\":\"uint64\",\"internalType\":\"uint64\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"requestRecovery\",\"inputs\":[{\"name\":\"id\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"to\",\"type\":\"address\",\"internalType\":\"address\"}],\"outputs\":[],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"royaltyInfo\",\"inputs\":[{\"name\":\"tokenId\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"salePrice\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"outputs\":[{\"name\":\"receiver\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"amount\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"safeTransferFrom\",\"inputs\":[{\"name\":\"from\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"to\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"tokenId\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"outputs\":[],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"safeTransferFrom\",\"inputs\":[{\"name\":\"from\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"to\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"tokenId\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"data\",\"type\":\"bytes\",\"internalType\":\"bytes\"}],\"outputs\":[],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"setApprovalForAll\",\"inputs\":[{\"name\":\"operator\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"approved\",\"type\":\"bool\",\"internalType\":\"bool\"}],\"outputs\":[],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"setAuthority\",\"inputs\":[{\"name\":\"newAuthority\",\"type\":\"address\",\"internalType\":\"address\"}],\"outputs\":[],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"setRecovery\",\"inputs\":[{\"name\":\"id\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"recovery\",\"type\":\"address\",\"internalType\":\"address\"}],\"outputs\":[],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"setTransferValidator\",\"inputs\":[{\"name\":\"validator\",\"type\":\"address\",\"internalType\":\"address\"}],\"outputs\":[],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"supportsInterface\",\"inputs\":[{\"name\":\"id\",\"type\":\"bytes4\",\"internalType\":\"bytes4\"}],\"outputs\":[{\"name\":\"\",\"type\":\"bool\",\"internalType\":\"bool\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"symbol\",\"inputs\":[],\"outputs\":[{\"name\":\"\",\"type\":\"string\",\"internalType\":\"string\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"tokenURI\",\"inputs\":[{\"name\":\"id\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"outputs\":[{\"name\":\"\",\"type\":\"string\",\"internalType\":\"string\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"transferFrom\",\"inputs\":[{\"name\":\"from\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"to\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"tokenId\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"outputs\":[],\"stateMutability\":\"nonpayable\"},{\"type\":\"event\",\"name\":\"Approval\",\"inputs\":[{\"name\":\"owner\",\"type\":\"address\",\"indexed\":true,\"internalType\":\"address\"},{\"name\":\"approved\",\"type\":\"address\",\"indexed\":true,\"internalType\":\"address\"},{\"name\":\"tokenId\",\"type\":\"uint256\",\"indexed\":true,\"internalType\":\"uint256\"}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"ApprovalForAll\",\"inputs\":[{\"name\":\"owner\",\"type\":\"address\",\"indexed\":true,\"internalType\":\"address\"},{\"name\":\"operator\",\"type\":\"address\",\"indexed\":true,\"internalType\":\"address\"},{\"name\":\"approved\",\"type\":\"bool\",\"indexed\":false,\"internalType\":\"bool\"}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"AuthorityUpdated\",\"inputs\":[{\"name\":\"authority\",\"type\":\"address\",\"indexed\":false,\"internalType\":\"address\"}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"BatchMetadataUpdate\",\"inputs\":[{\"name\":\"_fromTokenId\",\"type\":\"uint256\",\"indexed\":false,\"internalType\":\"uint256\"},{\"name\":\"_toTokenId\",\"type\":\"uint256\",\"indexed\":false,\"internalType\":\"uint256\"}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"ContractURIUpdated\",\"inputs\":[],\"anonymous\":false},{\"type\":\"event\",\"name\":\"MetadataUpdate\",\"inputs\":[{\"name\":\"_tokenId\",\"type\":\"uint256\",\"indexed\":false,\"internalType\":\"uint256\"}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"RecoveryCancelled\",\"inputs\":[{\"name\":\"id\",\"type\":\"uint256\",\"indexed\":true,\"internalType\":\"uint256\"}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"RecoveryChanged\",\"inputs\":[{\"name\":\"id\",\"type\":\"uint256\",\"indexed\":true,\"internalType\":\"uint256\"},{\"name\":\"recovery\",\"type\":\"address\",\"indexed\":true,\"internalType\":\"address\"}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"RecoveryRequested\",\"inputs\":[{\"name\":\"id\",\"type\":\"uint256\",\"indexed\":true,\"internalType\":\"uint256\"},{\"name\":\"to\",\"type\":\"address\",\"indexed\":true,\"internalType\":\"address\"},{\"name\":\"readyAt\",\"type\":\"uint256\",\"indexed\":false,\"internalType\":\"uint256\"}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"Transfer\",\"inputs\":[{\"name\":\"from\",\"type\":\"address\",\"indexed\":true,\"internalType\":\"address\"},{\"name\":\"to\",\"type\":\"address\",\"indexed\":true,\"internalType\":\"address\"},{\"name\":\"tokenId\",\"type\":\"uint256\",\"indexed\":true,\"internalType\":\"uint256\"}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"TransferValidatorUpdated\",\"inputs\":[{\"name\":\"oldValidator\",\"type\":\"address\",\"indexed\":false,\"internalType\":\"address\"},{\"name\":\"newValidator\",\"type\":\"address\",\"indexed\":false,\"internalType\":\"address\"}],\"anonymous\":false},{\"type\":\"error\",\"name\":\"AccessManagedInvalidAuthority\",\"inputs\":[{\"name\":\"authority\",\"type\":\"address\",\"internalType\":\"address\"}]},{\"type\":\"error\",\"name\":\"AccessManagedRequiredDelay\",\"inputs\":[{\"name\":\"caller\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"delay\",\"type\":\"uint32\",\"internalType\":\"uint32\"}]},{\"type\":\"error\",\"name\":\"AccessManagedUnauthorized\",\"inputs\":[{\"name\":\"caller\",\"type\":\"address\",\"internalType\":\"address\"}]},{\"type\":\"error\",\"name\":\"ERC2981InvalidDefaultRoyalty\",\"inputs\":[{\"name\":\"numerator\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"denominator\",\"type\":\"uint256\",\"internalType\":\"uint256\"}]},{\"type\":\"error\",\"name\":\"ERC2981InvalidDefaultRoyaltyReceiver\",\"inputs\":[{\"name\":\"receiver\",\"type\":\"address\",\"internalType\":\"address\"}]},{\"type\":\"error\",\"name\":\"ERC2981InvalidTokenRoyalty\",\"inputs\":[{\"name\":\"tokenId\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"numerator\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"denominator\",\"type\":\"uint256\",\"internalType\":\"uint256\"}]},{\"type\":\"error\",\"name\":\"ERC2981InvalidTokenRoyaltyReceiver\",\"inputs\":[{\"name\":\"tokenId\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"receiver\",\"type\":\"address\",\"internalType\":\"address\"}]},{\"type\":\"error\",\"name\":\"ERC721IncorrectOwner\",\"inputs\":[{\"name\":\"sender\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"tokenId\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"owner\",\"type\":\"address\",\"internalType\":\"address\"}]},{\"type\":\"error\",\"name\":\"ERC721InsufficientApproval\",\"inputs\":[{\"name\":\"operator\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"tokenId\",\"type\":\"uint256\",\"internalType\":\"uint256\"}]},{\"type\":\"error\",\"name\":\"ERC721InvalidApprover\",\"inputs\":[{\"name\":\"approver\",\"type\":\"address\",\"internalType\":\"address\"}]},{\"type\":\"error\",\"name\":\"ERC721InvalidOperator\",\"inputs\":[{\"name\":\"operator\",\"type\":\"address\",\"internalType\":\"address\"}]},{\"type\":\"error\",\"name\":\"ERC721InvalidOwner\",\"inputs\":[{\"name\":\"owner\",\"type\":\"address\",\"internalType\":\"address\"}]},{\"type\":\"error\",\"name\":\"ERC721InvalidReceiver\",\"inputs\":[{\"name\":\"receiver\",\"type\":\"address\",\"internalType\":\"address\"}]},{\"type\":\"error\",\"name\":\"ERC721InvalidSender\",\"inputs\":[{\"name\":\"sender\",\"type\":\"address\",\"internalType\":\"address\"}]},{\"type\":\"error\",\"name\":\"ERC721NonexistentToken\",\"inputs\":[{\"name\":\"tokenId\",\"type\":\"uint256\",\"internalType\":\"uint256\"}]},{\"type\":\"error\",\"name\":\"ModelNFT_NoContract\",\"inputs\":[{\"name\":\"validator\",\"type\":\"address\",\"internalType\":\"address\"}]},{\"type\":\"error\",\"name\":\"ModelNFT_NoRecovery\",\"inputs\":[{\"name\":\"id\",\"type\":\"uint256\",\"internalType\":\"uint256\"}]},{\"type\":\"error\",\"name\":\"ModelNFT_OnlyOwner\",\"inputs\":[{\"name\":\"id\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"caller\",\"type\":\"address\",\"internalType\":\"address\"}]},{\"type\":\"error\",\"name\":\"ModelNFT_OnlyRecovery\",\"inputs\":[{\"name\":\"id\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"caller\",\"type\":\"address\",\"internalType\":\"address\"}]},{\"type\":\"error\",\"name\":\"ModelNFT_OnlyRegistry\",\"inputs\":[{\"name\":\"caller\",\"type\":\"address\",\"internalType\":\"address\"}]},{\"type\":\"error\",\"name\":\"ModelNFT_RoyaltyTooHigh\",\"inputs\":[{\"name\":\"bps\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"most\",\"type\":\"uint256\",\"internalType\":\"uint256\"}]},{\"type\":\"error\",\"name\":\"ModelNFT_TooEarly\",\"inputs\":[{\"name\":\"id\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"readyAt\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"time\",\"type\":\"uint256\",\"internalType\":\"uint256\"}]},{\"type\":\"error\",\"name\":\"StringsInsufficientHexLength\",\"inputs\":[{\"name\":\"value\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"length\",\"type\":\"uint256\",\"internalType\":\"uint256\"}]}]",
	ID:  "ModelNFT",
}

// ModelNFT is an auto generated Go binding around an Ethereum contract.
type ModelNFT struct {
	abi abi.ABI
}

// GetABI returns the ABI associated with this contract binding.
func (c *ModelNFT) GetABI() abi.ABI {
	return c.abi
}

// NewModelNFT creates a new instance of ModelNFT.
func NewModelNFT() *ModelNFT {
	parsed, err := ModelNFTMetaData.ParseABI()
	if err != nil {
		panic(errors.New("invalid ABI: " + err.Error()))
	}
	return &ModelNFT{abi: *parsed}
}

// Instance creates a wrapper for a deployed contract instance at the given address.
// Use this to create the instance object passed to abigen v2 library functions Call, Transact, etc.
func (c *ModelNFT) Instance(backend bind.ContractBackend, addr common.Address) *bind.BoundContract {
	return bind.NewBoundContract(addr, c.abi, backend, backend, backend)
}

// PackConstructor is the Go binding used to pack the parameters required for
// contract deployment.
//
// Solidity: constructor(address registry_, address authority) returns()
func (modelNFT *ModelNFT) PackConstructor(registry_ common.Address, authority common.Address) []byte {
	enc, err := modelNFT.abi.Pack("", registry_, authority)
	if err != nil {
		panic(err)
	}
	return enc
}

// PackDEFAULTROYALTYBPS is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x5b1ab434.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function DEFAULT_ROYALTY_BPS() view returns(uint256)
func (modelNFT *ModelNFT) PackDEFAULTROYALTYBPS() []byte {
	enc, err := modelNFT.abi.Pack("DEFAULT_ROYALTY_BPS")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackDEFAULTROYALTYBPS is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x5b1ab434.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function DEFAULT_ROYALTY_BPS() view returns(uint256)
func (modelNFT *ModelNFT) TryPackDEFAULTROYALTYBPS() ([]byte, error) {
	return modelNFT.abi.Pack("DEFAULT_ROYALTY_BPS")
}

// UnpackDEFAULTROYALTYBPS is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x5b1ab434.
//
// Solidity: function DEFAULT_ROYALTY_BPS() view returns(uint256)
func (modelNFT *ModelNFT) UnpackDEFAULTROYALTYBPS(data []byte) (*big.Int, error) {
	out, err := modelNFT.abi.Unpack("DEFAULT_ROYALTY_BPS", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackMAXROYALTYBPS is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x3dca40e6.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function MAX_ROYALTY_BPS() view returns(uint256)
func (modelNFT *ModelNFT) PackMAXROYALTYBPS() []byte {
	enc, err := modelNFT.abi.Pack("MAX_ROYALTY_BPS")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackMAXROYALTYBPS is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x3dca40e6.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function MAX_ROYALTY_BPS() view returns(uint256)
func (modelNFT *ModelNFT) TryPackMAXROYALTYBPS() ([]byte, error) {
	return modelNFT.abi.Pack("MAX_ROYALTY_BPS")
}

// UnpackMAXROYALTYBPS is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x3dca40e6.
//
// Solidity: function MAX_ROYALTY_BPS() view returns(uint256)
func (modelNFT *ModelNFT) UnpackMAXROYALTYBPS(data []byte) (*big.Int, error) {
	out, err := modelNFT.abi.Unpack("MAX_ROYALTY_BPS", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackRECOVERYDELAY is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x47b45652.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function RECOVERY_DELAY() view returns(uint256)
func (modelNFT *ModelNFT) PackRECOVERYDELAY() []byte {
	enc, err := modelNFT.abi.Pack("RECOVERY_DELAY")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackRECOVERYDELAY is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x47b45652.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function RECOVERY_DELAY() view returns(uint256)
func (modelNFT *ModelNFT) TryPackRECOVERYDELAY() ([]byte, error) {
	return modelNFT.abi.Pack("RECOVERY_DELAY")
}

// UnpackRECOVERYDELAY is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x47b45652.
//
// Solidity: function RECOVERY_DELAY() view returns(uint256)
func (modelNFT *ModelNFT) UnpackRECOVERYDELAY(data []byte) (*big.Int, error) {
	out, err := modelNFT.abi.Unpack("RECOVERY_DELAY", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackApprove is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x095ea7b3.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function approve(address to, uint256 tokenId) returns()
func (modelNFT *ModelNFT) PackApprove(to common.Address, tokenId *big.Int) []byte {
	enc, err := modelNFT.abi.Pack("approve", to, tokenId)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackApprove is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x095ea7b3.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function approve(address to, uint256 tokenId) returns()
func (modelNFT *ModelNFT) TryPackApprove(to common.Address, tokenId *big.Int) ([]byte, error) {
	return modelNFT.abi.Pack("approve", to, tokenId)
}

// PackAuthority is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xbf7e214f.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function authority() view returns(address)
func (modelNFT *ModelNFT) PackAuthority() []byte {
	enc, err := modelNFT.abi.Pack("authority")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackAuthority is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xbf7e214f.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function authority() view returns(address)
func (modelNFT *ModelNFT) TryPackAuthority() ([]byte, error) {
	return modelNFT.abi.Pack("authority")
}

// UnpackAuthority is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xbf7e214f.
//
// Solidity: function authority() view returns(address)
func (modelNFT *ModelNFT) UnpackAuthority(data []byte) (common.Address, error) {
	out, err := modelNFT.abi.Unpack("authority", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackBalanceOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x70a08231.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function balanceOf(address owner) view returns(uint256)
func (modelNFT *ModelNFT) PackBalanceOf(owner common.Address) []byte {
	enc, err := modelNFT.abi.Pack("balanceOf", owner)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackBalanceOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x70a08231.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function balanceOf(address owner) view returns(uint256)
func (modelNFT *ModelNFT) TryPackBalanceOf(owner common.Address) ([]byte, error) {
	return modelNFT.abi.Pack("balanceOf", owner)
}

// UnpackBalanceOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x70a08231.
//
// Solidity: function balanceOf(address owner) view returns(uint256)
func (modelNFT *ModelNFT) UnpackBalanceOf(data []byte) (*big.Int, error) {
	out, err := modelNFT.abi.Unpack("balanceOf", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackCancelRecovery is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x10de2676.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function cancelRecovery(uint256 id) returns()
func (modelNFT *ModelNFT) PackCancelRecovery(id *big.Int) []byte {
	enc, err := modelNFT.abi.Pack("cancelRecovery", id)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackCancelRecovery is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x10de2676.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function cancelRecovery(uint256 id) returns()
func (modelNFT *ModelNFT) TryPackCancelRecovery(id *big.Int) ([]byte, error) {
	return modelNFT.abi.Pack("cancelRecovery", id)
}

// PackContractURI is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xe8a3d485.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function contractURI() pure returns(string)
func (modelNFT *ModelNFT) PackContractURI() []byte {
	enc, err := modelNFT.abi.Pack("contractURI")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackContractURI is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xe8a3d485.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function contractURI() pure returns(string)
func (modelNFT *ModelNFT) TryPackContractURI() ([]byte, error) {
	return modelNFT.abi.Pack("contractURI")
}

// UnpackContractURI is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xe8a3d485.
//
// Solidity: function contractURI() pure returns(string)
func (modelNFT *ModelNFT) UnpackContractURI(data []byte) (string, error) {
	out, err := modelNFT.abi.Unpack("contractURI", data)
	if err != nil {
		return *new(string), err
	}
	out0 := *abi.ConvertType(out[0], new(string)).(*string)
	return out0, nil
}

// PackFinishRecovery is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xa16e7736.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function finishRecovery(uint256 id) returns()
func (modelNFT *ModelNFT) PackFinishRecovery(id *big.Int) []byte {
	enc, err := modelNFT.abi.Pack("finishRecovery", id)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackFinishRecovery is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xa16e7736.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function finishRecovery(uint256 id) returns()
func (modelNFT *ModelNFT) TryPackFinishRecovery(id *big.Int) ([]byte, error) {
	return modelNFT.abi.Pack("finishRecovery", id)
}

// PackGetApproved is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x081812fc.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function getApproved(uint256 tokenId) view returns(address)
func (modelNFT *ModelNFT) PackGetApproved(tokenId *big.Int) []byte {
	enc, err := modelNFT.abi.Pack("getApproved", tokenId)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackGetApproved is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x081812fc.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function getApproved(uint256 tokenId) view returns(address)
func (modelNFT *ModelNFT) TryPackGetApproved(tokenId *big.Int) ([]byte, error) {
	return modelNFT.abi.Pack("getApproved", tokenId)
}

// UnpackGetApproved is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x081812fc.
//
// Solidity: function getApproved(uint256 tokenId) view returns(address)
func (modelNFT *ModelNFT) UnpackGetApproved(data []byte) (common.Address, error) {
	out, err := modelNFT.abi.Unpack("getApproved", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackGetTransferValidationFunction is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x0d705df6.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function getTransferValidationFunction() pure returns(bytes4 functionSignature, bool isViewFunction)
func (modelNFT *ModelNFT) PackGetTransferValidationFunction() []byte {
	enc, err := modelNFT.abi.Pack("getTransferValidationFunction")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackGetTransferValidationFunction is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x0d705df6.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function getTransferValidationFunction() pure returns(bytes4 functionSignature, bool isViewFunction)
func (modelNFT *ModelNFT) TryPackGetTransferValidationFunction() ([]byte, error) {
	return modelNFT.abi.Pack("getTransferValidationFunction")
}

// ModelNFTGetTransferValidationFunctionOutput serves as a container for the return parameters of contract
// method GetTransferValidationFunction.
type ModelNFTGetTransferValidationFunctionOutput struct {
	FunctionSignature [4]byte
	IsViewFunction    bool
}

// UnpackGetTransferValidationFunction is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x0d705df6.
//
// Solidity: function getTransferValidationFunction() pure returns(bytes4 functionSignature, bool isViewFunction)
func (modelNFT *ModelNFT) UnpackGetTransferValidationFunction(data []byte) (ModelNFTGetTransferValidationFunctionOutput, error) {
	out, err := modelNFT.abi.Unpack("getTransferValidationFunction", data)
	outstruct := new(ModelNFTGetTransferValidationFunctionOutput)
	if err != nil {
		return *outstruct, err
	}
	outstruct.FunctionSignature = *abi.ConvertType(out[0], new([4]byte)).(*[4]byte)
	outstruct.IsViewFunction = *abi.ConvertType(out[1], new(bool)).(*bool)
	return *outstruct, nil
}

// PackGetTransferValidator is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x098144d4.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function getTransferValidator() view returns(address)
func (modelNFT *ModelNFT) PackGetTransferValidator() []byte {
	enc, err := modelNFT.abi.Pack("getTransferValidator")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackGetTransferValidator is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x098144d4.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function getTransferValidator() view returns(address)
func (modelNFT *ModelNFT) TryPackGetTransferValidator() ([]byte, error) {
	return modelNFT.abi.Pack("getTransferValidator")
}

// UnpackGetTransferValidator is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x098144d4.
//
// Solidity: function getTransferValidator() view returns(address)
func (modelNFT *ModelNFT) UnpackGetTransferValidator(data []byte) (common.Address, error) {
	out, err := modelNFT.abi.Unpack("getTransferValidator", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackIsApprovedForAll is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xe985e9c5.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function isApprovedForAll(address owner, address operator) view returns(bool)
func (modelNFT *ModelNFT) PackIsApprovedForAll(owner common.Address, operator common.Address) []byte {
	enc, err := modelNFT.abi.Pack("isApprovedForAll", owner, operator)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackIsApprovedForAll is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xe985e9c5.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function isApprovedForAll(address owner, address operator) view returns(bool)
func (modelNFT *ModelNFT) TryPackIsApprovedForAll(owner common.Address, operator common.Address) ([]byte, error) {
	return modelNFT.abi.Pack("isApprovedForAll", owner, operator)
}

// UnpackIsApprovedForAll is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xe985e9c5.
//
// Solidity: function isApprovedForAll(address owner, address operator) view returns(bool)
func (modelNFT *ModelNFT) UnpackIsApprovedForAll(data []byte) (bool, error) {
	out, err := modelNFT.abi.Unpack("isApprovedForAll", data)
	if err != nil {
		return *new(bool), err
	}
	out0 := *abi.ConvertType(out[0], new(bool)).(*bool)
	return out0, nil
}

// PackIsConsumingScheduledOp is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x8fb36037.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function isConsumingScheduledOp() view returns(bytes4)
func (modelNFT *ModelNFT) PackIsConsumingScheduledOp() []byte {
	enc, err := modelNFT.abi.Pack("isConsumingScheduledOp")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackIsConsumingScheduledOp is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x8fb36037.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function isConsumingScheduledOp() view returns(bytes4)
func (modelNFT *ModelNFT) TryPackIsConsumingScheduledOp() ([]byte, error) {
	return modelNFT.abi.Pack("isConsumingScheduledOp")
}

// UnpackIsConsumingScheduledOp is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x8fb36037.
//
// Solidity: function isConsumingScheduledOp() view returns(bytes4)
func (modelNFT *ModelNFT) UnpackIsConsumingScheduledOp(data []byte) ([4]byte, error) {
	out, err := modelNFT.abi.Unpack("isConsumingScheduledOp", data)
	if err != nil {
		return *new([4]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([4]byte)).(*[4]byte)
	return out0, nil
}

// PackMint is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x0b368592.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function mint(address owner, uint256 id, address splitter, uint16 royaltyBps, address recovery) returns()
func (modelNFT *ModelNFT) PackMint(owner common.Address, id *big.Int, splitter common.Address, royaltyBps uint16, recovery common.Address) []byte {
	enc, err := modelNFT.abi.Pack("mint", owner, id, splitter, royaltyBps, recovery)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackMint is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x0b368592.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function mint(address owner, uint256 id, address splitter, uint16 royaltyBps, address recovery) returns()
func (modelNFT *ModelNFT) TryPackMint(owner common.Address, id *big.Int, splitter common.Address, royaltyBps uint16, recovery common.Address) ([]byte, error) {
	return modelNFT.abi.Pack("mint", owner, id, splitter, royaltyBps, recovery)
}

// PackName is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x06fdde03.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function name() view returns(string)
func (modelNFT *ModelNFT) PackName() []byte {
	enc, err := modelNFT.abi.Pack("name")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackName is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x06fdde03.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function name() view returns(string)
func (modelNFT *ModelNFT) TryPackName() ([]byte, error) {
	return modelNFT.abi.Pack("name")
}

// UnpackName is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x06fdde03.
//
// Solidity: function name() view returns(string)
func (modelNFT *ModelNFT) UnpackName(data []byte) (string, error) {
	out, err := modelNFT.abi.Unpack("name", data)
	if err != nil {
		return *new(string), err
	}
	out0 := *abi.ConvertType(out[0], new(string)).(*string)
	return out0, nil
}

// PackOwnerOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x6352211e.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function ownerOf(uint256 tokenId) view returns(address)
func (modelNFT *ModelNFT) PackOwnerOf(tokenId *big.Int) []byte {
	enc, err := modelNFT.abi.Pack("ownerOf", tokenId)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackOwnerOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x6352211e.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function ownerOf(uint256 tokenId) view returns(address)
func (modelNFT *ModelNFT) TryPackOwnerOf(tokenId *big.Int) ([]byte, error) {
	return modelNFT.abi.Pack("ownerOf", tokenId)
}

// UnpackOwnerOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x6352211e.
//
// Solidity: function ownerOf(uint256 tokenId) view returns(address)
func (modelNFT *ModelNFT) UnpackOwnerOf(data []byte) (common.Address, error) {
	out, err := modelNFT.abi.Unpack("ownerOf", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackRecoveryOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xfa1a1b25.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function recoveryOf(uint256 id) view returns(address)
func (modelNFT *ModelNFT) PackRecoveryOf(id *big.Int) []byte {
	enc, err := modelNFT.abi.Pack("recoveryOf", id)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackRecoveryOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xfa1a1b25.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function recoveryOf(uint256 id) view returns(address)
func (modelNFT *ModelNFT) TryPackRecoveryOf(id *big.Int) ([]byte, error) {
	return modelNFT.abi.Pack("recoveryOf", id)
}

// UnpackRecoveryOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xfa1a1b25.
//
// Solidity: function recoveryOf(uint256 id) view returns(address)
func (modelNFT *ModelNFT) UnpackRecoveryOf(data []byte) (common.Address, error) {
	out, err := modelNFT.abi.Unpack("recoveryOf", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackRefresh is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x9c75dd35.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function refresh(uint256 id) returns()
func (modelNFT *ModelNFT) PackRefresh(id *big.Int) []byte {
	enc, err := modelNFT.abi.Pack("refresh", id)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackRefresh is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x9c75dd35.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function refresh(uint256 id) returns()
func (modelNFT *ModelNFT) TryPackRefresh(id *big.Int) ([]byte, error) {
	return modelNFT.abi.Pack("refresh", id)
}

// PackRegistry is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7b103999.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function registry() view returns(address)
func (modelNFT *ModelNFT) PackRegistry() []byte {
	enc, err := modelNFT.abi.Pack("registry")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackRegistry is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7b103999.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function registry() view returns(address)
func (modelNFT *ModelNFT) TryPackRegistry() ([]byte, error) {
	return modelNFT.abi.Pack("registry")
}

// UnpackRegistry is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x7b103999.
//
// Solidity: function registry() view returns(address)
func (modelNFT *ModelNFT) UnpackRegistry(data []byte) (common.Address, error) {
	out, err := modelNFT.abi.Unpack("registry", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackRequestOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x324e03be.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function requestOf(uint256 id) view returns(address to, uint64 readyAt)
func (modelNFT *ModelNFT) PackRequestOf(id *big.Int) []byte {
	enc, err := modelNFT.abi.Pack("requestOf", id)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackRequestOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x324e03be.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function requestOf(uint256 id) view returns(address to, uint64 readyAt)
func (modelNFT *ModelNFT) TryPackRequestOf(id *big.Int) ([]byte, error) {
	return modelNFT.abi.Pack("requestOf", id)
}

// ModelNFTRequestOfOutput serves as a container for the return parameters of contract
// method RequestOf.
type ModelNFTRequestOfOutput struct {
	To      common.Address
	ReadyAt uint64
}

// UnpackRequestOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x324e03be.
//
// Solidity: function requestOf(uint256 id) view returns(address to, uint64 readyAt)
func (modelNFT *ModelNFT) UnpackRequestOf(data []byte) (ModelNFTRequestOfOutput, error) {
	out, err := modelNFT.abi.Unpack("requestOf", data)
	outstruct := new(ModelNFTRequestOfOutput)
	if err != nil {
		return *outstruct, err
	}
	outstruct.To = *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	outstruct.ReadyAt = *abi.ConvertType(out[1], new(uint64)).(*uint64)
	return *outstruct, nil
}

// PackRequestRecovery is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x6473b35e.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function requestRecovery(uint256 id, address to) returns()
func (modelNFT *ModelNFT) PackRequestRecovery(id *big.Int, to common.Address) []byte {
	enc, err := modelNFT.abi.Pack("requestRecovery", id, to)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackRequestRecovery is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x6473b35e.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function requestRecovery(uint256 id, address to) returns()
func (modelNFT *ModelNFT) TryPackRequestRecovery(id *big.Int, to common.Address) ([]byte, error) {
	return modelNFT.abi.Pack("requestRecovery", id, to)
}

// PackRoyaltyInfo is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x2a55205a.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function royaltyInfo(uint256 tokenId, uint256 salePrice) view returns(address receiver, uint256 amount)
func (modelNFT *ModelNFT) PackRoyaltyInfo(tokenId *big.Int, salePrice *big.Int) []byte {
	enc, err := modelNFT.abi.Pack("royaltyInfo", tokenId, salePrice)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackRoyaltyInfo is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x2a55205a.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function royaltyInfo(uint256 tokenId, uint256 salePrice) view returns(address receiver, uint256 amount)
func (modelNFT *ModelNFT) TryPackRoyaltyInfo(tokenId *big.Int, salePrice *big.Int) ([]byte, error) {
	return modelNFT.abi.Pack("royaltyInfo", tokenId, salePrice)
}

// ModelNFTRoyaltyInfoOutput serves as a container for the return parameters of contract
// method RoyaltyInfo.
type ModelNFTRoyaltyInfoOutput struct {
	Receiver common.Address
	Amount   *big.Int
}

// UnpackRoyaltyInfo is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x2a55205a.
//
// Solidity: function royaltyInfo(uint256 tokenId, uint256 salePrice) view returns(address receiver, uint256 amount)
func (modelNFT *ModelNFT) UnpackRoyaltyInfo(data []byte) (ModelNFTRoyaltyInfoOutput, error) {
	out, err := modelNFT.abi.Unpack("royaltyInfo", data)
	outstruct := new(ModelNFTRoyaltyInfoOutput)
	if err != nil {
		return *outstruct, err
	}
	outstruct.Receiver = *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	outstruct.Amount = abi.ConvertType(out[1], new(big.Int)).(*big.Int)
	return *outstruct, nil
}

// PackSafeTransferFrom is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x42842e0e.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function safeTransferFrom(address from, address to, uint256 tokenId) returns()
func (modelNFT *ModelNFT) PackSafeTransferFrom(from common.Address, to common.Address, tokenId *big.Int) []byte {
	enc, err := modelNFT.abi.Pack("safeTransferFrom", from, to, tokenId)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSafeTransferFrom is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x42842e0e.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function safeTransferFrom(address from, address to, uint256 tokenId) returns()
func (modelNFT *ModelNFT) TryPackSafeTransferFrom(from common.Address, to common.Address, tokenId *big.Int) ([]byte, error) {
	return modelNFT.abi.Pack("safeTransferFrom", from, to, tokenId)
}

// PackSafeTransferFrom0 is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xb88d4fde.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function safeTransferFrom(address from, address to, uint256 tokenId, bytes data) returns()
func (modelNFT *ModelNFT) PackSafeTransferFrom0(from common.Address, to common.Address, tokenId *big.Int, data []byte) []byte {
	enc, err := modelNFT.abi.Pack("safeTransferFrom0", from, to, tokenId, data)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSafeTransferFrom0 is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xb88d4fde.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function safeTransferFrom(address from, address to, uint256 tokenId, bytes data) returns()
func (modelNFT *ModelNFT) TryPackSafeTransferFrom0(from common.Address, to common.Address, tokenId *big.Int, data []byte) ([]byte, error) {
	return modelNFT.abi.Pack("safeTransferFrom0", from, to, tokenId, data)
}

// PackSetApprovalForAll is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xa22cb465.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function setApprovalForAll(address operator, bool approved) returns()
func (modelNFT *ModelNFT) PackSetApprovalForAll(operator common.Address, approved bool) []byte {
	enc, err := modelNFT.abi.Pack("setApprovalForAll", operator, approved)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSetApprovalForAll is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xa22cb465.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function setApprovalForAll(address operator, bool approved) returns()
func (modelNFT *ModelNFT) TryPackSetApprovalForAll(operator common.Address, approved bool) ([]byte, error) {
	return modelNFT.abi.Pack("setApprovalForAll", operator, approved)
}

// PackSetAuthority is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7a9e5e4b.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function setAuthority(address newAuthority) returns()
func (modelNFT *ModelNFT) PackSetAuthority(newAuthority common.Address) []byte {
	enc, err := modelNFT.abi.Pack("setAuthority", newAuthority)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSetAuthority is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7a9e5e4b.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function setAuthority(address newAuthority) returns()
func (modelNFT *ModelNFT) TryPackSetAuthority(newAuthority common.Address) ([]byte, error) {
	return modelNFT.abi.Pack("setAuthority", newAuthority)
}

// PackSetRecovery is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xb6352e27.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function setRecovery(uint256 id, address recovery) returns()
func (modelNFT *ModelNFT) PackSetRecovery(id *big.Int, recovery common.Address) []byte {
	enc, err := modelNFT.abi.Pack("setRecovery", id, recovery)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSetRecovery is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xb6352e27.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function setRecovery(uint256 id, address recovery) returns()
func (modelNFT *ModelNFT) TryPackSetRecovery(id *big.Int, recovery common.Address) ([]byte, error) {
	return modelNFT.abi.Pack("setRecovery", id, recovery)
}

// PackSetTransferValidator is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xa9fc664e.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function setTransferValidator(address validator) returns()
func (modelNFT *ModelNFT) PackSetTransferValidator(validator common.Address) []byte {
	enc, err := modelNFT.abi.Pack("setTransferValidator", validator)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSetTransferValidator is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xa9fc664e.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function setTransferValidator(address validator) returns()
func (modelNFT *ModelNFT) TryPackSetTransferValidator(validator common.Address) ([]byte, error) {
	return modelNFT.abi.Pack("setTransferValidator", validator)
}

// PackSupportsInterface is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x01ffc9a7.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function supportsInterface(bytes4 id) view returns(bool)
func (modelNFT *ModelNFT) PackSupportsInterface(id [4]byte) []byte {
	enc, err := modelNFT.abi.Pack("supportsInterface", id)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSupportsInterface is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x01ffc9a7.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function supportsInterface(bytes4 id) view returns(bool)
func (modelNFT *ModelNFT) TryPackSupportsInterface(id [4]byte) ([]byte, error) {
	return modelNFT.abi.Pack("supportsInterface", id)
}

// UnpackSupportsInterface is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x01ffc9a7.
//
// Solidity: function supportsInterface(bytes4 id) view returns(bool)
func (modelNFT *ModelNFT) UnpackSupportsInterface(data []byte) (bool, error) {
	out, err := modelNFT.abi.Unpack("supportsInterface", data)
	if err != nil {
		return *new(bool), err
	}
	out0 := *abi.ConvertType(out[0], new(bool)).(*bool)
	return out0, nil
}

// PackSymbol is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x95d89b41.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function symbol() view returns(string)
func (modelNFT *ModelNFT) PackSymbol() []byte {
	enc, err := modelNFT.abi.Pack("symbol")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSymbol is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x95d89b41.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function symbol() view returns(string)
func (modelNFT *ModelNFT) TryPackSymbol() ([]byte, error) {
	return modelNFT.abi.Pack("symbol")
}

// UnpackSymbol is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x95d89b41.
//
// Solidity: function symbol() view returns(string)
func (modelNFT *ModelNFT) UnpackSymbol(data []byte) (string, error) {
	out, err := modelNFT.abi.Unpack("symbol", data)
	if err != nil {
		return *new(string), err
	}
	out0 := *abi.ConvertType(out[0], new(string)).(*string)
	return out0, nil
}

// PackTokenURI is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xc87b56dd.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function tokenURI(uint256 id) view returns(string)
func (modelNFT *ModelNFT) PackTokenURI(id *big.Int) []byte {
	enc, err := modelNFT.abi.Pack("tokenURI", id)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackTokenURI is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xc87b56dd.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function tokenURI(uint256 id) view returns(string)
func (modelNFT *ModelNFT) TryPackTokenURI(id *big.Int) ([]byte, error) {
	return modelNFT.abi.Pack("tokenURI", id)
}

// UnpackTokenURI is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xc87b56dd.
//
// Solidity: function tokenURI(uint256 id) view returns(string)
func (modelNFT *ModelNFT) UnpackTokenURI(data []byte) (string, error) {
	out, err := modelNFT.abi.Unpack("tokenURI", data)
	if err != nil {
		return *new(string), err
	}
	out0 := *abi.ConvertType(out[0], new(string)).(*string)
	return out0, nil
}

// PackTransferFrom is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x23b872dd.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function transferFrom(address from, address to, uint256 tokenId) returns()
func (modelNFT *ModelNFT) PackTransferFrom(from common.Address, to common.Address, tokenId *big.Int) []byte {
	enc, err := modelNFT.abi.Pack("transferFrom", from, to, tokenId)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackTransferFrom is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x23b872dd.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function transferFrom(address from, address to, uint256 tokenId) returns()
func (modelNFT *ModelNFT) TryPackTransferFrom(from common.Address, to common.Address, tokenId *big.Int) ([]byte, error) {
	return modelNFT.abi.Pack("transferFrom", from, to, tokenId)
}

// ModelNFTApproval represents a Approval event raised by the ModelNFT contract.
type ModelNFTApproval struct {
	Owner    common.Address
	Approved common.Address
	TokenId  *big.Int
	Raw      *types.Log // Blockchain specific contextual infos
}

const ModelNFTApprovalEventName = "Approval"

// ContractEventName returns the user-defined event name.
func (ModelNFTApproval) ContractEventName() string {
	return ModelNFTApprovalEventName
}

// UnpackApprovalEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Approval(address indexed owner, address indexed approved, uint256 indexed tokenId)
func (modelNFT *ModelNFT) UnpackApprovalEvent(log *types.Log) (*ModelNFTApproval, error) {
	event := "Approval"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != modelNFT.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(ModelNFTApproval)
	if len(log.Data) > 0 {
		if err := modelNFT.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range modelNFT.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// ModelNFTApprovalForAll represents a ApprovalForAll event raised by the ModelNFT contract.
type ModelNFTApprovalForAll struct {
	Owner    common.Address
	Operator common.Address
	Approved bool
	Raw      *types.Log // Blockchain specific contextual infos
}

const ModelNFTApprovalForAllEventName = "ApprovalForAll"

// ContractEventName returns the user-defined event name.
func (ModelNFTApprovalForAll) ContractEventName() string {
	return ModelNFTApprovalForAllEventName
}

// UnpackApprovalForAllEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event ApprovalForAll(address indexed owner, address indexed operator, bool approved)
func (modelNFT *ModelNFT) UnpackApprovalForAllEvent(log *types.Log) (*ModelNFTApprovalForAll, error) {
	event := "ApprovalForAll"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != modelNFT.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(ModelNFTApprovalForAll)
	if len(log.Data) > 0 {
		if err := modelNFT.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range modelNFT.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// ModelNFTAuthorityUpdated represents a AuthorityUpdated event raised by the ModelNFT contract.
type ModelNFTAuthorityUpdated struct {
	Authority common.Address
	Raw       *types.Log // Blockchain specific contextual infos
}

const ModelNFTAuthorityUpdatedEventName = "AuthorityUpdated"

// ContractEventName returns the user-defined event name.
func (ModelNFTAuthorityUpdated) ContractEventName() string {
	return ModelNFTAuthorityUpdatedEventName
}

// UnpackAuthorityUpdatedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event AuthorityUpdated(address authority)
func (modelNFT *ModelNFT) UnpackAuthorityUpdatedEvent(log *types.Log) (*ModelNFTAuthorityUpdated, error) {
	event := "AuthorityUpdated"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != modelNFT.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(ModelNFTAuthorityUpdated)
	if len(log.Data) > 0 {
		if err := modelNFT.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range modelNFT.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// ModelNFTBatchMetadataUpdate represents a BatchMetadataUpdate event raised by the ModelNFT contract.
type ModelNFTBatchMetadataUpdate struct {
	FromTokenId *big.Int
	ToTokenId   *big.Int
	Raw         *types.Log // Blockchain specific contextual infos
}

const ModelNFTBatchMetadataUpdateEventName = "BatchMetadataUpdate"

// ContractEventName returns the user-defined event name.
func (ModelNFTBatchMetadataUpdate) ContractEventName() string {
	return ModelNFTBatchMetadataUpdateEventName
}

// UnpackBatchMetadataUpdateEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event BatchMetadataUpdate(uint256 _fromTokenId, uint256 _toTokenId)
func (modelNFT *ModelNFT) UnpackBatchMetadataUpdateEvent(log *types.Log) (*ModelNFTBatchMetadataUpdate, error) {
	event := "BatchMetadataUpdate"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != modelNFT.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(ModelNFTBatchMetadataUpdate)
	if len(log.Data) > 0 {
		if err := modelNFT.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range modelNFT.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// ModelNFTContractURIUpdated represents a ContractURIUpdated event raised by the ModelNFT contract.
type ModelNFTContractURIUpdated struct {
	Raw *types.Log // Blockchain specific contextual infos
}

const ModelNFTContractURIUpdatedEventName = "ContractURIUpdated"

// ContractEventName returns the user-defined event name.
func (ModelNFTContractURIUpdated) ContractEventName() string {
	return ModelNFTContractURIUpdatedEventName
}

// UnpackContractURIUpdatedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event ContractURIUpdated()
func (modelNFT *ModelNFT) UnpackContractURIUpdatedEvent(log *types.Log) (*ModelNFTContractURIUpdated, error) {
	event := "ContractURIUpdated"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != modelNFT.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(ModelNFTContractURIUpdated)
	if len(log.Data) > 0 {
		if err := modelNFT.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range modelNFT.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// ModelNFTMetadataUpdate represents a MetadataUpdate event raised by the ModelNFT contract.
type ModelNFTMetadataUpdate struct {
	TokenId *big.Int
	Raw     *types.Log // Blockchain specific contextual infos
}

const ModelNFTMetadataUpdateEventName = "MetadataUpdate"

// ContractEventName returns the user-defined event name.
func (ModelNFTMetadataUpdate) ContractEventName() string {
	return ModelNFTMetadataUpdateEventName
}

// UnpackMetadataUpdateEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event MetadataUpdate(uint256 _tokenId)
func (modelNFT *ModelNFT) UnpackMetadataUpdateEvent(log *types.Log) (*ModelNFTMetadataUpdate, error) {
	event := "MetadataUpdate"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != modelNFT.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(ModelNFTMetadataUpdate)
	if len(log.Data) > 0 {
		if err := modelNFT.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range modelNFT.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// ModelNFTRecoveryCancelled represents a RecoveryCancelled event raised by the ModelNFT contract.
type ModelNFTRecoveryCancelled struct {
	Id  *big.Int
	Raw *types.Log // Blockchain specific contextual infos
}

const ModelNFTRecoveryCancelledEventName = "RecoveryCancelled"

// ContractEventName returns the user-defined event name.
func (ModelNFTRecoveryCancelled) ContractEventName() string {
	return ModelNFTRecoveryCancelledEventName
}

// UnpackRecoveryCancelledEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event RecoveryCancelled(uint256 indexed id)
func (modelNFT *ModelNFT) UnpackRecoveryCancelledEvent(log *types.Log) (*ModelNFTRecoveryCancelled, error) {
	event := "RecoveryCancelled"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != modelNFT.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(ModelNFTRecoveryCancelled)
	if len(log.Data) > 0 {
		if err := modelNFT.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range modelNFT.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// ModelNFTRecoveryChanged represents a RecoveryChanged event raised by the ModelNFT contract.
type ModelNFTRecoveryChanged struct {
	Id       *big.Int
	Recovery common.Address
	Raw      *types.Log // Blockchain specific contextual infos
}

const ModelNFTRecoveryChangedEventName = "RecoveryChanged"

// ContractEventName returns the user-defined event name.
func (ModelNFTRecoveryChanged) ContractEventName() string {
	return ModelNFTRecoveryChangedEventName
}

// UnpackRecoveryChangedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event RecoveryChanged(uint256 indexed id, address indexed recovery)
func (modelNFT *ModelNFT) UnpackRecoveryChangedEvent(log *types.Log) (*ModelNFTRecoveryChanged, error) {
	event := "RecoveryChanged"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != modelNFT.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(ModelNFTRecoveryChanged)
	if len(log.Data) > 0 {
		if err := modelNFT.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range modelNFT.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// ModelNFTRecoveryRequested represents a RecoveryRequested event raised by the ModelNFT contract.
type ModelNFTRecoveryRequested struct {
	Id      *big.Int
	To      common.Address
	ReadyAt *big.Int
	Raw     *types.Log // Blockchain specific contextual infos
}

const ModelNFTRecoveryRequestedEventName = "RecoveryRequested"

// ContractEventName returns the user-defined event name.
func (ModelNFTRecoveryRequested) ContractEventName() string {
	return ModelNFTRecoveryRequestedEventName
}

// UnpackRecoveryRequestedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event RecoveryRequested(uint256 indexed id, address indexed to, uint256 readyAt)
func (modelNFT *ModelNFT) UnpackRecoveryRequestedEvent(log *types.Log) (*ModelNFTRecoveryRequested, error) {
	event := "RecoveryRequested"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != modelNFT.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(ModelNFTRecoveryRequested)
	if len(log.Data) > 0 {
		if err := modelNFT.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range modelNFT.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// ModelNFTTransfer represents a Transfer event raised by the ModelNFT contract.
type ModelNFTTransfer struct {
	From    common.Address
	To      common.Address
	TokenId *big.Int
	Raw     *types.Log // Blockchain specific contextual infos
}

const ModelNFTTransferEventName = "Transfer"

// ContractEventName returns the user-defined event name.
func (ModelNFTTransfer) ContractEventName() string {
	return ModelNFTTransferEventName
}

// UnpackTransferEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Transfer(address indexed from, address indexed to, uint256 indexed tokenId)
func (modelNFT *ModelNFT) UnpackTransferEvent(log *types.Log) (*ModelNFTTransfer, error) {
	event := "Transfer"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != modelNFT.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(ModelNFTTransfer)
	if len(log.Data) > 0 {
		if err := modelNFT.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range modelNFT.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// ModelNFTTransferValidatorUpdated represents a TransferValidatorUpdated event raised by the ModelNFT contract.
type ModelNFTTransferValidatorUpdated struct {
	OldValidator common.Address
	NewValidator common.Address
	Raw          *types.Log // Blockchain specific contextual infos
}

const ModelNFTTransferValidatorUpdatedEventName = "TransferValidatorUpdated"

// ContractEventName returns the user-defined event name.
func (ModelNFTTransferValidatorUpdated) ContractEventName() string {
	return ModelNFTTransferValidatorUpdatedEventName
}

// UnpackTransferValidatorUpdatedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event TransferValidatorUpdated(address oldValidator, address newValidator)
func (modelNFT *ModelNFT) UnpackTransferValidatorUpdatedEvent(log *types.Log) (*ModelNFTTransferValidatorUpdated, error) {
	event := "TransferValidatorUpdated"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != modelNFT.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(ModelNFTTransferValidatorUpdated)
	if len(log.Data) > 0 {
		if err := modelNFT.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range modelNFT.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// UnpackError attempts to decode the provided error data using user-defined
// error definitions.
func (modelNFT *ModelNFT) UnpackError(raw []byte) (any, error) {
	if bytes.Equal(raw[:4], modelNFT.abi.Errors["AccessManagedInvalidAuthority"].ID.Bytes()[:4]) {
		return modelNFT.UnpackAccessManagedInvalidAuthorityError(raw[4:])
	}
	if bytes.Equal(raw[:4], modelNFT.abi.Errors["AccessManagedRequiredDelay"].ID.Bytes()[:4]) {
		return modelNFT.UnpackAccessManagedRequiredDelayError(raw[4:])
	}
	if bytes.Equal(raw[:4], modelNFT.abi.Errors["AccessManagedUnauthorized"].ID.Bytes()[:4]) {
		return modelNFT.UnpackAccessManagedUnauthorizedError(raw[4:])
	}
	if bytes.Equal(raw[:4], modelNFT.abi.Errors["ERC2981InvalidDefaultRoyalty"].ID.Bytes()[:4]) {
		return modelNFT.UnpackERC2981InvalidDefaultRoyaltyError(raw[4:])
	}
	if bytes.Equal(raw[:4], modelNFT.abi.Errors["ERC2981InvalidDefaultRoyaltyReceiver"].ID.Bytes()[:4]) {
		return modelNFT.UnpackERC2981InvalidDefaultRoyaltyReceiverError(raw[4:])
	}
	if bytes.Equal(raw[:4], modelNFT.abi.Errors["ERC2981InvalidTokenRoyalty"].ID.Bytes()[:4]) {
		return modelNFT.UnpackERC2981InvalidTokenRoyaltyError(raw[4:])
	}
	if bytes.Equal(raw[:4], modelNFT.abi.Errors["ERC2981InvalidTokenRoyaltyReceiver"].ID.Bytes()[:4]) {
		return modelNFT.UnpackERC2981InvalidTokenRoyaltyReceiverError(raw[4:])
	}
	if bytes.Equal(raw[:4], modelNFT.abi.Errors["ERC721IncorrectOwner"].ID.Bytes()[:4]) {
		return modelNFT.UnpackERC721IncorrectOwnerError(raw[4:])
	}
	if bytes.Equal(raw[:4], modelNFT.abi.Errors["ERC721InsufficientApproval"].ID.Bytes()[:4]) {
		return modelNFT.UnpackERC721InsufficientApprovalError(raw[4:])
	}
	if bytes.Equal(raw[:4], modelNFT.abi.Errors["ERC721InvalidApprover"].ID.Bytes()[:4]) {
		return modelNFT.UnpackERC721InvalidApproverError(raw[4:])
	}
	if bytes.Equal(raw[:4], modelNFT.abi.Errors["ERC721InvalidOperator"].ID.Bytes()[:4]) {
		return modelNFT.UnpackERC721InvalidOperatorError(raw[4:])
	}
	if bytes.Equal(raw[:4], modelNFT.abi.Errors["ERC721InvalidOwner"].ID.Bytes()[:4]) {
		return modelNFT.UnpackERC721InvalidOwnerError(raw[4:])
	}
	if bytes.Equal(raw[:4], modelNFT.abi.Errors["ERC721InvalidReceiver"].ID.Bytes()[:4]) {
		return modelNFT.UnpackERC721InvalidReceiverError(raw[4:])
	}
	if bytes.Equal(raw[:4], modelNFT.abi.Errors["ERC721InvalidSender"].ID.Bytes()[:4]) {
		return modelNFT.UnpackERC721InvalidSenderError(raw[4:])
	}
	if bytes.Equal(raw[:4], modelNFT.abi.Errors["ERC721NonexistentToken"].ID.Bytes()[:4]) {
		return modelNFT.UnpackERC721NonexistentTokenError(raw[4:])
	}
	if bytes.Equal(raw[:4], modelNFT.abi.Errors["ModelNFT_NoContract"].ID.Bytes()[:4]) {
		return modelNFT.UnpackModelNFTNoContractError(raw[4:])
	}
	if bytes.Equal(raw[:4], modelNFT.abi.Errors["ModelNFT_NoRecovery"].ID.Bytes()[:4]) {
		return modelNFT.UnpackModelNFTNoRecoveryError(raw[4:])
	}
	if bytes.Equal(raw[:4], modelNFT.abi.Errors["ModelNFT_OnlyOwner"].ID.Bytes()[:4]) {
		return modelNFT.UnpackModelNFTOnlyOwnerError(raw[4:])
	}
	if bytes.Equal(raw[:4], modelNFT.abi.Errors["ModelNFT_OnlyRecovery"].ID.Bytes()[:4]) {
		return modelNFT.UnpackModelNFTOnlyRecoveryError(raw[4:])
	}
	if bytes.Equal(raw[:4], modelNFT.abi.Errors["ModelNFT_OnlyRegistry"].ID.Bytes()[:4]) {
		return modelNFT.UnpackModelNFTOnlyRegistryError(raw[4:])
	}
	if bytes.Equal(raw[:4], modelNFT.abi.Errors["ModelNFT_RoyaltyTooHigh"].ID.Bytes()[:4]) {
		return modelNFT.UnpackModelNFTRoyaltyTooHighError(raw[4:])
	}
	if bytes.Equal(raw[:4], modelNFT.abi.Errors["ModelNFT_TooEarly"].ID.Bytes()[:4]) {
		return modelNFT.UnpackModelNFTTooEarlyError(raw[4:])
	}
	if bytes.Equal(raw[:4], modelNFT.abi.Errors["StringsInsufficientHexLength"].ID.Bytes()[:4]) {
		return modelNFT.UnpackStringsInsufficientHexLengthError(raw[4:])
	}
	return nil, errors.New("unknown error")
}

// ModelNFTAccessManagedInvalidAuthority represents a AccessManagedInvalidAuthority error raised by the ModelNFT contract.
type ModelNFTAccessManagedInvalidAuthority struct {
	Authority common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error AccessManagedInvalidAuthority(address authority)
func ModelNFTAccessManagedInvalidAuthorityErrorID() common.Hash {
	return common.HexToHash("0xc2f31e5ee06c96eddd5864bf58d26da15afa7233cb6f74e000aa686fca7a7a0b")
}

// UnpackAccessManagedInvalidAuthorityError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error AccessManagedInvalidAuthority(address authority)
func (modelNFT *ModelNFT) UnpackAccessManagedInvalidAuthorityError(raw []byte) (*ModelNFTAccessManagedInvalidAuthority, error) {
	out := new(ModelNFTAccessManagedInvalidAuthority)
	if err := modelNFT.abi.UnpackIntoInterface(out, "AccessManagedInvalidAuthority", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// ModelNFTAccessManagedRequiredDelay represents a AccessManagedRequiredDelay error raised by the ModelNFT contract.
type ModelNFTAccessManagedRequiredDelay struct {
	Caller common.Address
	Delay  uint32
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error AccessManagedRequiredDelay(address caller, uint32 delay)
func ModelNFTAccessManagedRequiredDelayErrorID() common.Hash {
	return common.HexToHash("0xaf77169dad650be42a753d4bbd4f4ad0d10be80053e495da3bb1525746eda4e4")
}

// UnpackAccessManagedRequiredDelayError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error AccessManagedRequiredDelay(address caller, uint32 delay)
func (modelNFT *ModelNFT) UnpackAccessManagedRequiredDelayError(raw []byte) (*ModelNFTAccessManagedRequiredDelay, error) {
	out := new(ModelNFTAccessManagedRequiredDelay)
	if err := modelNFT.abi.UnpackIntoInterface(out, "AccessManagedRequiredDelay", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// ModelNFTAccessManagedUnauthorized represents a AccessManagedUnauthorized error raised by the ModelNFT contract.
type ModelNFTAccessManagedUnauthorized struct {
	Caller common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error AccessManagedUnauthorized(address caller)
func ModelNFTAccessManagedUnauthorizedErrorID() common.Hash {
	return common.HexToHash("0x068ca9d827f779c08fd30d7fda45faef5f2a6b2e57f8b809b3c6bbed99f5fb1f")
}

// UnpackAccessManagedUnauthorizedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error AccessManagedUnauthorized(address caller)
func (modelNFT *ModelNFT) UnpackAccessManagedUnauthorizedError(raw []byte) (*ModelNFTAccessManagedUnauthorized, error) {
	out := new(ModelNFTAccessManagedUnauthorized)
	if err := modelNFT.abi.UnpackIntoInterface(out, "AccessManagedUnauthorized", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// ModelNFTERC2981InvalidDefaultRoyalty represents a ERC2981InvalidDefaultRoyalty error raised by the ModelNFT contract.
type ModelNFTERC2981InvalidDefaultRoyalty struct {
	Numerator   *big.Int
	Denominator *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ERC2981InvalidDefaultRoyalty(uint256 numerator, uint256 denominator)
func ModelNFTERC2981InvalidDefaultRoyaltyErrorID() common.Hash {
	return common.HexToHash("0x6f483d09b3a1c4c035367ae09146a8a08a718cb6617416cc12a2457ab3d65514")
}

// UnpackERC2981InvalidDefaultRoyaltyError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ERC2981InvalidDefaultRoyalty(uint256 numerator, uint256 denominator)
func (modelNFT *ModelNFT) UnpackERC2981InvalidDefaultRoyaltyError(raw []byte) (*ModelNFTERC2981InvalidDefaultRoyalty, error) {
	out := new(ModelNFTERC2981InvalidDefaultRoyalty)
	if err := modelNFT.abi.UnpackIntoInterface(out, "ERC2981InvalidDefaultRoyalty", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// ModelNFTERC2981InvalidDefaultRoyaltyReceiver represents a ERC2981InvalidDefaultRoyaltyReceiver error raised by the ModelNFT contract.
type ModelNFTERC2981InvalidDefaultRoyaltyReceiver struct {
	Receiver common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ERC2981InvalidDefaultRoyaltyReceiver(address receiver)
func ModelNFTERC2981InvalidDefaultRoyaltyReceiverErrorID() common.Hash {
	return common.HexToHash("0xb6d9900a710828c2d05fe8061d6309d02a20eaa45cd00228c2c2dfbfa2b86fc3")
}

// UnpackERC2981InvalidDefaultRoyaltyReceiverError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ERC2981InvalidDefaultRoyaltyReceiver(address receiver)
func (modelNFT *ModelNFT) UnpackERC2981InvalidDefaultRoyaltyReceiverError(raw []byte) (*ModelNFTERC2981InvalidDefaultRoyaltyReceiver, error) {
	out := new(ModelNFTERC2981InvalidDefaultRoyaltyReceiver)
	if err := modelNFT.abi.UnpackIntoInterface(out, "ERC2981InvalidDefaultRoyaltyReceiver", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// ModelNFTERC2981InvalidTokenRoyalty represents a ERC2981InvalidTokenRoyalty error raised by the ModelNFT contract.
type ModelNFTERC2981InvalidTokenRoyalty struct {
	TokenId     *big.Int
	Numerator   *big.Int
	Denominator *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ERC2981InvalidTokenRoyalty(uint256 tokenId, uint256 numerator, uint256 denominator)
func ModelNFTERC2981InvalidTokenRoyaltyErrorID() common.Hash {
	return common.HexToHash("0xdfd1fc1b5658265f0993b87b75dd02b2fdcb36b128879bccdcf260effa0856bf")
}

// UnpackERC2981InvalidTokenRoyaltyError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ERC2981InvalidTokenRoyalty(uint256 tokenId, uint256 numerator, uint256 denominator)
func (modelNFT *ModelNFT) UnpackERC2981InvalidTokenRoyaltyError(raw []byte) (*ModelNFTERC2981InvalidTokenRoyalty, error) {
	out := new(ModelNFTERC2981InvalidTokenRoyalty)
	if err := modelNFT.abi.UnpackIntoInterface(out, "ERC2981InvalidTokenRoyalty", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// ModelNFTERC2981InvalidTokenRoyaltyReceiver represents a ERC2981InvalidTokenRoyaltyReceiver error raised by the ModelNFT contract.
type ModelNFTERC2981InvalidTokenRoyaltyReceiver struct {
	TokenId  *big.Int
	Receiver common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ERC2981InvalidTokenRoyaltyReceiver(uint256 tokenId, address receiver)
func ModelNFTERC2981InvalidTokenRoyaltyReceiverErrorID() common.Hash {
	return common.HexToHash("0x969f0852135afead3ca9a1ff1e4fe485d35593f81a91d5dbe3a5737302cdbda8")
}

// UnpackERC2981InvalidTokenRoyaltyReceiverError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ERC2981InvalidTokenRoyaltyReceiver(uint256 tokenId, address receiver)
func (modelNFT *ModelNFT) UnpackERC2981InvalidTokenRoyaltyReceiverError(raw []byte) (*ModelNFTERC2981InvalidTokenRoyaltyReceiver, error) {
	out := new(ModelNFTERC2981InvalidTokenRoyaltyReceiver)
	if err := modelNFT.abi.UnpackIntoInterface(out, "ERC2981InvalidTokenRoyaltyReceiver", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// ModelNFTERC721IncorrectOwner represents a ERC721IncorrectOwner error raised by the ModelNFT contract.
type ModelNFTERC721IncorrectOwner struct {
	Sender  common.Address
	TokenId *big.Int
	Owner   common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ERC721IncorrectOwner(address sender, uint256 tokenId, address owner)
func ModelNFTERC721IncorrectOwnerErrorID() common.Hash {
	return common.HexToHash("0x64283d7b313c8117c125f736876fa2b4e90ea3831a4716dfdb87d2f540e26289")
}

// UnpackERC721IncorrectOwnerError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ERC721IncorrectOwner(address sender, uint256 tokenId, address owner)
func (modelNFT *ModelNFT) UnpackERC721IncorrectOwnerError(raw []byte) (*ModelNFTERC721IncorrectOwner, error) {
	out := new(ModelNFTERC721IncorrectOwner)
	if err := modelNFT.abi.UnpackIntoInterface(out, "ERC721IncorrectOwner", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// ModelNFTERC721InsufficientApproval represents a ERC721InsufficientApproval error raised by the ModelNFT contract.
type ModelNFTERC721InsufficientApproval struct {
	Operator common.Address
	TokenId  *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ERC721InsufficientApproval(address operator, uint256 tokenId)
func ModelNFTERC721InsufficientApprovalErrorID() common.Hash {
	return common.HexToHash("0x177e802f6f313bc89797ecace66d6d29ab4719cbaaacbb87367264048b1eb861")
}

// UnpackERC721InsufficientApprovalError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ERC721InsufficientApproval(address operator, uint256 tokenId)
func (modelNFT *ModelNFT) UnpackERC721InsufficientApprovalError(raw []byte) (*ModelNFTERC721InsufficientApproval, error) {
	out := new(ModelNFTERC721InsufficientApproval)
	if err := modelNFT.abi.UnpackIntoInterface(out, "ERC721InsufficientApproval", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// ModelNFTERC721InvalidApprover represents a ERC721InvalidApprover error raised by the ModelNFT contract.
type ModelNFTERC721InvalidApprover struct {
	Approver common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ERC721InvalidApprover(address approver)
func ModelNFTERC721InvalidApproverErrorID() common.Hash {
	return common.HexToHash("0xa9fbf51f86b8e03595d59dc726bb10c329bb24f62589be276d8dd193ca0b69ea")
}

// UnpackERC721InvalidApproverError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ERC721InvalidApprover(address approver)
func (modelNFT *ModelNFT) UnpackERC721InvalidApproverError(raw []byte) (*ModelNFTERC721InvalidApprover, error) {
	out := new(ModelNFTERC721InvalidApprover)
	if err := modelNFT.abi.UnpackIntoInterface(out, "ERC721InvalidApprover", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// ModelNFTERC721InvalidOperator represents a ERC721InvalidOperator error raised by the ModelNFT contract.
type ModelNFTERC721InvalidOperator struct {
	Operator common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ERC721InvalidOperator(address operator)
func ModelNFTERC721InvalidOperatorErrorID() common.Hash {
	return common.HexToHash("0x5b08ba185e8f577075361f3a3555a6580a227ce22734dcc979c1aeadf894658b")
}

// UnpackERC721InvalidOperatorError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ERC721InvalidOperator(address operator)
func (modelNFT *ModelNFT) UnpackERC721InvalidOperatorError(raw []byte) (*ModelNFTERC721InvalidOperator, error) {
	out := new(ModelNFTERC721InvalidOperator)
	if err := modelNFT.abi.UnpackIntoInterface(out, "ERC721InvalidOperator", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// ModelNFTERC721InvalidOwner represents a ERC721InvalidOwner error raised by the ModelNFT contract.
type ModelNFTERC721InvalidOwner struct {
	Owner common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ERC721InvalidOwner(address owner)
func ModelNFTERC721InvalidOwnerErrorID() common.Hash {
	return common.HexToHash("0x89c62b6479af2e623826dcc39c5133061d35b66d72de92833401dd2fd6567480")
}

// UnpackERC721InvalidOwnerError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ERC721InvalidOwner(address owner)
func (modelNFT *ModelNFT) UnpackERC721InvalidOwnerError(raw []byte) (*ModelNFTERC721InvalidOwner, error) {
	out := new(ModelNFTERC721InvalidOwner)
	if err := modelNFT.abi.UnpackIntoInterface(out, "ERC721InvalidOwner", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// ModelNFTERC721InvalidReceiver represents a ERC721InvalidReceiver error raised by the ModelNFT contract.
type ModelNFTERC721InvalidReceiver struct {
	Receiver common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ERC721InvalidReceiver(address receiver)
func ModelNFTERC721InvalidReceiverErrorID() common.Hash {
	return common.HexToHash("0x64a0ae9278f805eaf991dcd18ca78756d280b7508b764ef1b255c55845c11df9")
}

// UnpackERC721InvalidReceiverError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ERC721InvalidReceiver(address receiver)
func (modelNFT *ModelNFT) UnpackERC721InvalidReceiverError(raw []byte) (*ModelNFTERC721InvalidReceiver, error) {
	out := new(ModelNFTERC721InvalidReceiver)
	if err := modelNFT.abi.UnpackIntoInterface(out, "ERC721InvalidReceiver", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// ModelNFTERC721InvalidSender represents a ERC721InvalidSender error raised by the ModelNFT contract.
type ModelNFTERC721InvalidSender struct {
	Sender common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ERC721InvalidSender(address sender)
func ModelNFTERC721InvalidSenderErrorID() common.Hash {
	return common.HexToHash("0x73c6ac6e10798e95d99e1f130d923eb40193ecb8d094ec3dce93292564eb3b17")
}

// UnpackERC721InvalidSenderError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ERC721InvalidSender(address sender)
func (modelNFT *ModelNFT) UnpackERC721InvalidSenderError(raw []byte) (*ModelNFTERC721InvalidSender, error) {
	out := new(ModelNFTERC721InvalidSender)
	if err := modelNFT.abi.UnpackIntoInterface(out, "ERC721InvalidSender", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// ModelNFTERC721NonexistentToken represents a ERC721NonexistentToken error raised by the ModelNFT contract.
type ModelNFTERC721NonexistentToken struct {
	TokenId *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ERC721NonexistentToken(uint256 tokenId)
func ModelNFTERC721NonexistentTokenErrorID() common.Hash {
	return common.HexToHash("0x7e273289a3a9ef6670f06df7dca227856fc925e956db96980692764a8bc734d7")
}

// UnpackERC721NonexistentTokenError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ERC721NonexistentToken(uint256 tokenId)
func (modelNFT *ModelNFT) UnpackERC721NonexistentTokenError(raw []byte) (*ModelNFTERC721NonexistentToken, error) {
	out := new(ModelNFTERC721NonexistentToken)
	if err := modelNFT.abi.UnpackIntoInterface(out, "ERC721NonexistentToken", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// ModelNFTModelNFTNoContract represents a ModelNFT_NoContract error raised by the ModelNFT contract.
type ModelNFTModelNFTNoContract struct {
	Validator common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ModelNFT_NoContract(address validator)
func ModelNFTModelNFTNoContractErrorID() common.Hash {
	return common.HexToHash("0xd07cce393f13100215d59112a14b364b6dabbcb591b6b6a47c4ebf60cf0756e1")
}

// UnpackModelNFTNoContractError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ModelNFT_NoContract(address validator)
func (modelNFT *ModelNFT) UnpackModelNFTNoContractError(raw []byte) (*ModelNFTModelNFTNoContract, error) {
	out := new(ModelNFTModelNFTNoContract)
	if err := modelNFT.abi.UnpackIntoInterface(out, "ModelNFT_NoContract", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// ModelNFTModelNFTNoRecovery represents a ModelNFT_NoRecovery error raised by the ModelNFT contract.
type ModelNFTModelNFTNoRecovery struct {
	Id *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ModelNFT_NoRecovery(uint256 id)
func ModelNFTModelNFTNoRecoveryErrorID() common.Hash {
	return common.HexToHash("0xe3089476f073111c179cdbdd929f36157bcdcb1b04605c7103f76fce2b2ac016")
}

// UnpackModelNFTNoRecoveryError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ModelNFT_NoRecovery(uint256 id)
func (modelNFT *ModelNFT) UnpackModelNFTNoRecoveryError(raw []byte) (*ModelNFTModelNFTNoRecovery, error) {
	out := new(ModelNFTModelNFTNoRecovery)
	if err := modelNFT.abi.UnpackIntoInterface(out, "ModelNFT_NoRecovery", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// ModelNFTModelNFTOnlyOwner represents a ModelNFT_OnlyOwner error raised by the ModelNFT contract.
type ModelNFTModelNFTOnlyOwner struct {
	Id     *big.Int
	Caller common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ModelNFT_OnlyOwner(uint256 id, address caller)
func ModelNFTModelNFTOnlyOwnerErrorID() common.Hash {
	return common.HexToHash("0x8f6d9203f32a46fde233250261471faab48b4a18ddd94a83e68242bcb4e6034a")
}

// UnpackModelNFTOnlyOwnerError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ModelNFT_OnlyOwner(uint256 id, address caller)
func (modelNFT *ModelNFT) UnpackModelNFTOnlyOwnerError(raw []byte) (*ModelNFTModelNFTOnlyOwner, error) {
	out := new(ModelNFTModelNFTOnlyOwner)
	if err := modelNFT.abi.UnpackIntoInterface(out, "ModelNFT_OnlyOwner", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// ModelNFTModelNFTOnlyRecovery represents a ModelNFT_OnlyRecovery error raised by the ModelNFT contract.
type ModelNFTModelNFTOnlyRecovery struct {
	Id     *big.Int
	Caller common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ModelNFT_OnlyRecovery(uint256 id, address caller)
func ModelNFTModelNFTOnlyRecoveryErrorID() common.Hash {
	return common.HexToHash("0xab0213ac5ce23daff60fb26222943fc0f7a8ef2a1744b2ae8fc2982a6996e1fe")
}

// UnpackModelNFTOnlyRecoveryError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ModelNFT_OnlyRecovery(uint256 id, address caller)
func (modelNFT *ModelNFT) UnpackModelNFTOnlyRecoveryError(raw []byte) (*ModelNFTModelNFTOnlyRecovery, error) {
	out := new(ModelNFTModelNFTOnlyRecovery)
	if err := modelNFT.abi.UnpackIntoInterface(out, "ModelNFT_OnlyRecovery", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// ModelNFTModelNFTOnlyRegistry represents a ModelNFT_OnlyRegistry error raised by the ModelNFT contract.
type ModelNFTModelNFTOnlyRegistry struct {
	Caller common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ModelNFT_OnlyRegistry(address caller)
func ModelNFTModelNFTOnlyRegistryErrorID() common.Hash {
	return common.HexToHash("0x7d091eb8e2f8de6937f44c4f71db917c907c8c7bd540c159a97ad63683678ee2")
}

// UnpackModelNFTOnlyRegistryError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ModelNFT_OnlyRegistry(address caller)
func (modelNFT *ModelNFT) UnpackModelNFTOnlyRegistryError(raw []byte) (*ModelNFTModelNFTOnlyRegistry, error) {
	out := new(ModelNFTModelNFTOnlyRegistry)
	if err := modelNFT.abi.UnpackIntoInterface(out, "ModelNFT_OnlyRegistry", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// ModelNFTModelNFTRoyaltyTooHigh represents a ModelNFT_RoyaltyTooHigh error raised by the ModelNFT contract.
type ModelNFTModelNFTRoyaltyTooHigh struct {
	Bps  *big.Int
	Most *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ModelNFT_RoyaltyTooHigh(uint256 bps, uint256 most)
func ModelNFTModelNFTRoyaltyTooHighErrorID() common.Hash {
	return common.HexToHash("0x8e7bb81087f5928b216abe6a6945865a52ffdb228f14db82adf620fd2ab776ba")
}

// UnpackModelNFTRoyaltyTooHighError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ModelNFT_RoyaltyTooHigh(uint256 bps, uint256 most)
func (modelNFT *ModelNFT) UnpackModelNFTRoyaltyTooHighError(raw []byte) (*ModelNFTModelNFTRoyaltyTooHigh, error) {
	out := new(ModelNFTModelNFTRoyaltyTooHigh)
	if err := modelNFT.abi.UnpackIntoInterface(out, "ModelNFT_RoyaltyTooHigh", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// ModelNFTModelNFTTooEarly represents a ModelNFT_TooEarly error raised by the ModelNFT contract.
type ModelNFTModelNFTTooEarly struct {
	Id      *big.Int
	ReadyAt *big.Int
	Time    *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ModelNFT_TooEarly(uint256 id, uint256 readyAt, uint256 time)
func ModelNFTModelNFTTooEarlyErrorID() common.Hash {
	return common.HexToHash("0x79b1c02d195d6aa9e0783b9ca88b8caa412931f156b23530de2f9d6b92400499")
}

// UnpackModelNFTTooEarlyError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ModelNFT_TooEarly(uint256 id, uint256 readyAt, uint256 time)
func (modelNFT *ModelNFT) UnpackModelNFTTooEarlyError(raw []byte) (*ModelNFTModelNFTTooEarly, error) {
	out := new(ModelNFTModelNFTTooEarly)
	if err := modelNFT.abi.UnpackIntoInterface(out, "ModelNFT_TooEarly", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// ModelNFTStringsInsufficientHexLength represents a StringsInsufficientHexLength error raised by the ModelNFT contract.
type ModelNFTStringsInsufficientHexLength struct {
	Value  *big.Int
	Length *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error StringsInsufficientHexLength(uint256 value, uint256 length)
func ModelNFTStringsInsufficientHexLengthErrorID() common.Hash {
	return common.HexToHash("0xe22e27eb9593f9947dc34771120a3349dd201c662753f0b60502fc1d8e422233")
}

// UnpackStringsInsufficientHexLengthError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error StringsInsufficientHexLength(uint256 value, uint256 length)
func (modelNFT *ModelNFT) UnpackStringsInsufficientHexLengthError(raw []byte) (*ModelNFTStringsInsufficientHexLength, error) {
	out := new(ModelNFTStringsInsufficientHexLength)
	if err := modelNFT.abi.UnpackIntoInterface(out, "StringsInsufficientHexLength", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// ModelRegistryMetaData contains all meta data concerning the ModelRegistry contract.
var ModelRegistryMetaData = bind.MetaData{
	ABI: "[{\"type\":\"constructor\",\"inputs\":[{\"name\":\"nft_\",\"type\":\"address\",\"internalType\":\"contractIModelNFT\"},{\"name\":\"pass_\",\"type\":\"address\",\"internalType\":\"contractIUsagePass\"},{\"name\":\"splitters_\",\"type\":\"address\",\"internalType\":\"contractIRevenueSplitterFactory\"}],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"aliasOf\",\"inputs\":[{\"name\":\"model\",\"type\":\"bytes32\",\"internalType\":\"ModelId\"},{\"name\":\"name\",\"type\":\"string\",\"internalType\":\"string\"}],\"outputs\":[{\"name\":\"\",\"type\":\"bytes32\",\"internalType\":\"VersionId\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"domainSeparator\",\"inputs\":[],\"outputs\":[{\"name\":\"\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"eip712Domain\",\"inputs\":[],\"outputs\":[{\"name\":\"fields\",\"type\":\"bytes1\",\"internalType\":\"bytes1\"},{\"name\":\"name\",\"type\":\"string\",\"internalType\":\"string\"},{\"name\":\"version\",\"type\":\"string\",\"internalType\":\"string\"},{\"name\":\"chainId\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"verifyingContract\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"salt\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"},{\"name\":\"extensions\",\"type\":\"uint256[]\",\"internalType\":\"uint256[]\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"modelId\",\"inputs\":[{\"name\":\"publisher\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"name\",\"type\":\"string\",\"internalType\":\"string\"}],\"outputs\":[{\"name\":\"\",\"type\":\"bytes32\",\"internalType\":\"ModelId\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"modelOf\",\"inputs\":[{\"name\":\"model\",\"type\":\"bytes32\",\"internalType\":\"ModelId\"}],\"outputs\":[{\"name\":\"\",\"type\":\"tuple\",\"internalType\":\"structIModelRegistry.Model\",\"components\":[{\"name\":\"name\",\"type\":\"string\",\"internalType\":\"string\"},{\"name\":\"publisher\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"kind\",\"type\":\"uint8\",\"internalType\":\"enumIModelRegistry.Kind\"},{\"name\":\"splitter\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"latest\",\"type\":\"bytes32\",\"internalType\":\"VersionId\"}]}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"moveAlias\",\"inputs\":[{\"name\":\"model\",\"type\":\"bytes32\",\"internalType\":\"ModelId\"},{\"name\":\"name\",\"type\":\"string\",\"internalType\":\"string\"},{\"name\":\"version\",\"type\":\"bytes32\",\"internalType\":\"VersionId\"}],\"outputs\":[],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"nft\",\"inputs\":[],\"outputs\":[{\"name\":\"\",\"type\":\"address\",\"internalType\":\"contractIModelNFT\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"nonces\",\"inputs\":[{\"name\":\"owner\",\"type\":\"address\",\"internalType\":\"address\"}],\"outputs\":[{\"name\":\"\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"ownerOf\",\"inputs\":[{\"name\":\"model\",\"type\":\"bytes32\",\"internalType\":\"ModelId\"}],\"outputs\":[{\"name\":\"\",\"type\":\"address\",\"internalType\":\"address\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"pass\",\"inputs\":[],\"outputs\":[{\"name\":\"\",\"type\":\"address\",\"internalType\":\"contractIUsagePass\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"proveChunk\",\"inputs\":[{\"name\":\"version\",\"type\":\"bytes32\",\"internalType\":\"VersionId\"},{\"name\":\"file\",\"type\":\"tuple\",\"internalType\":\"structManifestProof.File\",\"components\":[{\"name\":\"path\",\"type\":\"string\",\"internalType\":\"string\"},{\"name\":\"size\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"chunkRoot\",\"type\":\"bytes32\",\"internalType\":\"Digest\"},{\"name\":\"index\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"count\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"siblings\",\"type\":\"bytes32[]\",\"internalType\":\"bytes32[]\"}]},{\"name\":\"chunk\",\"type\":\"tuple\",\"internalType\":\"structManifestProof.Chunk\",\"components\":[{\"name\":\"hash\",\"type\":\"bytes32\",\"internalType\":\"Digest\"},{\"name\":\"index\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"siblings\",\"type\":\"bytes32[]\",\"internalType\":\"bytes32[]\"}]}],\"outputs\":[{\"name\":\"\",\"type\":\"bool\",\"internalType\":\"bool\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"proveFile\",\"inputs\":[{\"name\":\"version\",\"type\":\"bytes32\",\"internalType\":\"VersionId\"},{\"name\":\"file\",\"type\":\"tuple\",\"internalType\":\"structManifestProof.File\",\"components\":[{\"name\":\"path\",\"type\":\"string\",\"internalType\":\"string\"},{\"name\":\"size\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"chunkRoot\",\"type\":\"bytes32\",\"internalType\":\"Digest\"},{\"name\":\"index\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"count\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"siblings\",\"type\":\"bytes32[]\",\"internalType\":\"bytes32[]\"}]}],\"outputs\":[{\"name\":\"\",\"type\":\"bool\",\"internalType\":\"bool\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"publish\",\"inputs\":[{\"name\":\"publication\",\"type\":\"tuple\",\"internalType\":\"structIModelRegistry.Publication\",\"components\":[{\"name\":\"name\",\"type\":\"string\",\"internalType\":\"string\"},{\"name\":\"kind\",\"type\":\"uint8\",\"internalType\":\"enumIModelRegistry.Kind\"},{\"name\":\"release\",\"type\":\"tuple\",\"internalType\":\"structIModelRegistry.Release\",\"components\":[{\"name\":\"version\",\"type\":\"string\",\"internalType\":\"string\"},{\"name\":\"manifest\",\"type\":\"bytes32\",\"internalType\":\"Digest\"},{\"name\":\"root\",\"type\":\"bytes32\",\"internalType\":\"Digest\"},{\"name\":\"licenseHash\",\"type\":\"bytes32\",\"internalType\":\"Digest\"},{\"name\":\"parents\",\"type\":\"bytes32[]\",\"internalType\":\"VersionId[]\"}]},{\"name\":\"recipients\",\"type\":\"address[]\",\"internalType\":\"address[]\"},{\"name\":\"parts\",\"type\":\"uint32[]\",\"internalType\":\"uint32[]\"},{\"name\":\"royaltyBps\",\"type\":\"uint16\",\"internalType\":\"uint16\"},{\"name\":\"recovery\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"plans\",\"type\":\"tuple[]\",\"internalType\":\"structPlanOffer[]\",\"components\":[{\"name\":\"token\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"authorFee\",\"type\":\"uint96\",\"internalType\":\"uint96\"},{\"name\":\"relayFee\",\"type\":\"uint96\",\"internalType\":\"uint96\"},{\"name\":\"computeCap\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"unitKind\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"},{\"name\":\"transferable\",\"type\":\"bool\",\"internalType\":\"bool\"},{\"name\":\"period\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"quota\",\"type\":\"uint32\",\"internalType\":\"uint32\"}]}]}],\"outputs\":[{\"name\":\"\",\"type\":\"bytes32\",\"internalType\":\"ModelId\"},{\"name\":\"\",\"type\":\"bytes32\",\"internalType\":\"VersionId\"}],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"publishBySig\",\"inputs\":[{\"name\":\"publication\",\"type\":\"tuple\",\"internalType\":\"structIModelRegistry.Publication\",\"components\":[{\"name\":\"name\",\"type\":\"string\",\"internalType\":\"string\"},{\"name\":\"kind\",\"type\":\"uint8\",\"internalType\":\"enumIModelRegistry.Kind\"},{\"name\":\"release\",\"type\":\"tuple\",\"internalType\":\"structIModelRegistry.Release\",\"components\":[{\"name\":\"version\",\"type\":\"string\",\"internalType\":\"string\"},{\"name\":\"manifest\",\"type\":\"bytes32\",\"internalType\":\"Digest\"},{\"name\":\"root\",\"type\":\"bytes32\",\"internalType\":\"Digest\"},{\"name\":\"licenseHash\",\"type\":\"bytes32\",\"internalType\":\"Digest\"},{\"name\":\"parents\",\"type\":\"bytes32[]\",\"internalType\":\"VersionId[]\"}]},{\"name\":\"recipients\",\"type\":\"address[]\",\"internalType\":\"address[]\"},{\"name\":\"parts\",\"type\":\"uint32[]\",\"internalType\":\"uint32[]\"},{\"name\":\"royaltyBps\",\"type\":\"uint16\",\"internalType\":\"uint16\"},{\"name\":\"recovery\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"plans\",\"type\":\"tuple[]\",\"internalType\":\"structPlanOffer[]\",\"components\":[{\"name\":\"token\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"authorFee\",\"type\":\"uint96\",\"internalType\":\"uint96\"},{\"name\":\"relayFee\",\"type\":\"uint96\",\"internalType\":\"uint96\"},{\"name\":\"computeCap\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"unitKind\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"},{\"name\":\"transferable\",\"type\":\"bool\",\"internalType\":\"bool\"},{\"name\":\"period\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"quota\",\"type\":\"uint32\",\"internalType\":\"uint32\"}]}]},{\"name\":\"permission\",\"type\":\"tuple\",\"internalType\":\"structIModelRegistry.Permission\",\"components\":[{\"name\":\"owner\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"relay\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"feeToken\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"fee\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"deadline\",\"type\":\"uint256\",\"internalType\":\"uint256\"}]},{\"name\":\"signature\",\"type\":\"bytes\",\"internalType\":\"bytes\"}],\"outputs\":[{\"name\":\"model\",\"type\":\"bytes32\",\"internalType\":\"ModelId\"},{\"name\":\"version\",\"type\":\"bytes32\",\"internalType\":\"VersionId\"}],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"publishVersion\",\"inputs\":[{\"name\":\"model\",\"type\":\"bytes32\",\"internalType\":\"ModelId\"},{\"name\":\"release\",\"type\":\"tuple\",\"internalType\":\"structIModelRegistry.Release\",\"components\":[{\"name\":\"version\",\"type\":\"string\",\"internalType\":\"string\"},{\"name\":\"manifest\",\"type\":\"bytes32\",\"internalType\":\"Digest\"},{\"name\":\"root\",\"type\":\"bytes32\",\"internalType\":\"Digest\"},{\"name\":\"licenseHash\",\"type\":\"bytes32\",\"internalType\":\"Digest\"},{\"name\":\"parents\",\"type\":\"bytes32[]\",\"internalType\":\"VersionId[]\"}]}],\"outputs\":[{\"name\":\"version\",\"type\":\"bytes32\",\"internalType\":\"VersionId\"}],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"publishVersionBySig\",\"inputs\":[{\"name\":\"model\",\"type\":\"bytes32\",\"internalType\":\"ModelId\"},{\"name\":\"release\",\"type\":\"tuple\",\"internalType\":\"structIModelRegistry.Release\",\"components\":[{\"name\":\"version\",\"type\":\"string\",\"internalType\":\"string\"},{\"name\":\"manifest\",\"type\":\"bytes32\",\"internalType\":\"Digest\"},{\"name\":\"root\",\"type\":\"bytes32\",\"internalType\":\"Digest\"},{\"name\":\"licenseHash\",\"type\":\"bytes32\",\"internalType\":\"Digest\"},{\"name\":\"parents\",\"type\":\"bytes32[]\",\"internalType\":\"VersionId[]\"}]},{\"name\":\"permission\",\"type\":\"tuple\",\"internalType\":\"structIModelRegistry.Permission\",\"components\":[{\"name\":\"owner\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"relay\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"feeToken\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"fee\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"deadline\",\"type\":\"uint256\",\"internalType\":\"uint256\"}]},{\"name\":\"signature\",\"type\":\"bytes\",\"internalType\":\"bytes\"}],\"outputs\":[{\"name\":\"version\",\"type\":\"bytes32\",\"internalType\":\"VersionId\"}],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"splitters\",\"inputs\":[],\"outputs\":[{\"name\":\"\",\"type\":\"address\",\"internalType\":\"contractIRevenueSplitterFactory\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"versionId\",\"inputs\":[{\"name\":\"model\",\"type\":\"bytes32\",\"internalType\":\"ModelId\"},{\"name\":\"semver\",\"type\":\"string\",\"internalType\":\"string\"},{\"name\":\"manifest\",\"type\":\"bytes32\",\"internalType\":\"Digest\"}],\"outputs\":[{\"name\":\"\",\"type\":\"bytes32\",\"internalType\":\"VersionId\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"versionNamed\",\"inputs\":[{\"name\":\"model\",\"type\":\"bytes32\",\"internalType\":\"ModelId\"},{\"name\":\"semver\",\"type\":\"string\",\"internalType\":\"string\"}],\"outputs\":[{\"name\":\"\",\"type\":\"bytes32\",\"internalType\":\"VersionId\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"versionOf\",\"inputs\":[{\"name\":\"version\",\"type\":\"bytes32\",\"internalType\":\"VersionId\"}],\"outputs\":[{\"name\":\"\",\"type\":\"tuple\",\"internalType\":\"structIModelRegistry.Version\",\"components\":[{\"name\":\"model\",\"type\":\"bytes32\",\"internalType\":\"ModelId\"},{\"name\":\"manifest\",\"type\":\"bytes32\",\"internalType\":\"Digest\"},{\"name\":\"root\",\"type\":\"bytes32\",\"internalType\":\"Digest\"},{\"name\":\"licenseHash\",\"type\":\"bytes32\",\"internalType\":\"Digest\"}]}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"yank\",\"inputs\":[{\"name\":\"version\",\"type\":\"bytes32\",\"internalType\":\"VersionId\"},{\"name\":\"reason\",\"type\":\"string\",\"internalType\":\"string\"}],\"outputs\":[],\"stateMutability\":\"nonpayable\"},{\"type\":\"event\",\"name\":\"AliasMoved\",\"inputs\":[{\"name\":\"model\",\"type\":\"bytes32\",\"indexed\":true,\"internalType\":\"ModelId\"},{\"name\":\"nameHash\",\"type\":\"bytes32\",\"indexed\":true,\"internalType\":\"bytes32\"},{\"name\":\"version\",\"type\":\"bytes32\",\"indexed\":true,\"internalType\":\"VersionId\"},{\"name\":\"name\",\"type\":\"string\",\"indexed\":false,\"internalType\":\"string\"}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"EIP712DomainChanged\",\"inputs\":[],\"anonymous\":false},{\"type\":\"event\",\"name\":\"ModelPublished\",\"inputs\":[{\"name\":\"model\",\"type\":\"bytes32\",\"indexed\":true,\"internalType\":\"ModelId\"},{\"name\":\"publisher\",\"type\":\"address\",\"indexed\":true,\"internalType\":\"address\"},{\"name\":\"kind\",\"type\":\"uint8\",\"indexed\":true,\"internalType\":\"enumIModelRegistry.Kind\"},{\"name\":\"name\",\"type\":\"string\",\"indexed\":false,\"internalType\":\"string\"},{\"name\":\"splitter\",\"type\":\"address\",\"indexed\":false,\"internalType\":\"address\"},{\"name\":\"royaltyBps\",\"type\":\"uint16\",\"indexed\":false,\"internalType\":\"uint16\"}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"VersionPublished\",\"inputs\":[{\"name\":\"model\",\"type\":\"bytes32\",\"indexed\":true,\"internalType\":\"ModelId\"},{\"name\":\"version\",\"type\":\"bytes32\",\"indexed\":true,\"internalType\":\"VersionId\"},{\"name\":\"manifest\",\"type\":\"bytes32\",\"indexed\":true,\"internalType\":\"Digest\"},{\"name\":\"semver\",\"type\":\"string\",\"indexed\":false,\"internalType\":\"string\"},{\"name\":\"root\",\"type\":\"bytes32\",\"indexed\":false,\"internalType\":\"Digest\"},{\"name\":\"licenseHash\",\"type\":\"bytes32\",\"indexed\":false,\"internalType\":\"Digest\"},{\"name\":\"parents\",\"type\":\"bytes32[]\",\"indexed\":false,\"internalType\":\"VersionId[]\"}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"Yanked\",\"inputs\":[{\"name\":\"model\",\"type\":\"bytes32\",\"indexed\":true,\"internalType\":\"ModelId\"},{\"name\":\"version\",\"type\":\"bytes32\",\"indexed\":true,\"internalType\":\"VersionId\"},{\"name\":\"reason\",\"type\":\"string\",\"indexed\":false,\"internalType\":\"string\"}],\"anonymous\":false},{\"type\":\"error\",\"name\":\"InvalidAccountNonce\",\"inputs\":[{\"name\":\"account\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"currentNonce\",\"type\":\"uint256\",\"internalType\":\"uint256\"}]},{\"type\":\"error\",\"name\":\"InvalidShortString\",\"inputs\":[]},{\"type\":\"error\",\"name\":\"ModelRegistry_BadName\",\"inputs\":[{\"name\":\"name\",\"type\":\"string\",\"internalType\":\"string\"}]},{\"type\":\"error\",\"name\":\"ModelRegistry_BadSignature\",\"inputs\":[{\"name\":\"owner\",\"type\":\"address\",\"internalType\":\"address\"}]},{\"type\":\"error\",\"name\":\"ModelRegistry_BadVersion\",\"inputs\":[{\"name\":\"version\",\"type\":\"string\",\"internalType\":\"string\"}]},{\"type\":\"error\",\"name\":\"ModelRegistry_EmptyDigest\",\"inputs\":[]},{\"type\":\"error\",\"name\":\"ModelRegistry_Expired\",\"inputs\":[{\"name\":\"deadline\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"time\",\"type\":\"uint256\",\"internalType\":\"uint256\"}]},{\"type\":\"error\",\"name\":\"ModelRegistry_NameTaken\",\"inputs\":[{\"name\":\"model\",\"type\":\"bytes32\",\"internalType\":\"ModelId\"}]},{\"type\":\"error\",\"name\":\"ModelRegistry_NotOwner\",\"inputs\":[{\"name\":\"model\",\"type\":\"bytes32\",\"internalType\":\"ModelId\"},{\"name\":\"caller\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"owner\",\"type\":\"address\",\"internalType\":\"address\"}]},{\"type\":\"error\",\"name\":\"ModelRegistry_OtherRelay\",\"inputs\":[{\"name\":\"relay\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"caller\",\"type\":\"address\",\"internalType\":\"address\"}]},{\"type\":\"error\",\"name\":\"ModelRegistry_TooMany\",\"inputs\":[{\"name\":\"count\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"most\",\"type\":\"uint256\",\"internalType\":\"uint256\"}]},{\"type\":\"error\",\"name\":\"ModelRegistry_UnknownParent\",\"inputs\":[{\"name\":\"parent\",\"type\":\"bytes32\",\"internalType\":\"VersionId\"}]},{\"type\":\"error\",\"name\":\"ModelRegistry_UnknownVersion\",\"inputs\":[{\"name\":\"version\",\"type\":\"bytes32\",\"internalType\":\"VersionId\"}]},{\"type\":\"error\",\"name\":\"ModelRegistry_VersionTaken\",\"inputs\":[{\"name\":\"model\",\"type\":\"bytes32\",\"internalType\":\"ModelId\"},{\"name\":\"taken\",\"type\":\"bytes32\",\"internalType\":\"VersionId\"}]},{\"type\":\"error\",\"name\":\"SafeERC20FailedOperation\",\"inputs\":[{\"name\":\"token\",\"type\":\"address\",\"internalType\":\"address\"}]},{\"type\":\"error\",\"name\":\"StringTooLong\",\"inputs\":[{\"name\":\"str\",\"type\":\"string\",\"internalType\":\"string\"}]}]",
	ID:  "ModelRegistry",
}

// ModelRegistry is an auto generated Go binding around an Ethereum contract.
type ModelRegistry struct {
	abi abi.ABI
}

// GetABI returns the ABI associated with this contract binding.
func (c *ModelRegistry) GetABI() abi.ABI {
	return c.abi
}

// NewModelRegistry creates a new instance of ModelRegistry.
func NewModelRegistry() *ModelRegistry {
	parsed, err := ModelRegistryMetaData.ParseABI()
	if err != nil {
		panic(errors.New("invalid ABI: " + err.Error()))
	}
	return &ModelRegistry{abi: *parsed}
}

// Instance creates a wrapper for a deployed contract instance at the given address.
// Use this to create the instance object passed to abigen v2 library functions Call, Transact, etc.
func (c *ModelRegistry) Instance(backend bind.ContractBackend, addr common.Address) *bind.BoundContract {
	return bind.NewBoundContract(addr, c.abi, backend, backend, backend)
}

// PackConstructor is the Go binding used to pack the parameters required for
// contract deployment.
//
// Solidity: constructor(address nft_, address pass_, address splitters_) returns()
func (modelRegistry *ModelRegistry) PackConstructor(nft_ common.Address, pass_ common.Address, splitters_ common.Address) []byte {
	enc, err := modelRegistry.abi.Pack("", nft_, pass_, splitters_)
	if err != nil {
		panic(err)
	}
	return enc
}

// PackAliasOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x0ba72256.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function aliasOf(bytes32 model, string name) view returns(bytes32)
func (modelRegistry *ModelRegistry) PackAliasOf(model [32]byte, name string) []byte {
	enc, err := modelRegistry.abi.Pack("aliasOf", model, name)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackAliasOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x0ba72256.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function aliasOf(bytes32 model, string name) view returns(bytes32)
func (modelRegistry *ModelRegistry) TryPackAliasOf(model [32]byte, name string) ([]byte, error) {
	return modelRegistry.abi.Pack("aliasOf", model, name)
}

// UnpackAliasOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x0ba72256.
//
// Solidity: function aliasOf(bytes32 model, string name) view returns(bytes32)
func (modelRegistry *ModelRegistry) UnpackAliasOf(data []byte) ([32]byte, error) {
	out, err := modelRegistry.abi.Unpack("aliasOf", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackDomainSeparator is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf698da25.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function domainSeparator() view returns(bytes32)
func (modelRegistry *ModelRegistry) PackDomainSeparator() []byte {
	enc, err := modelRegistry.abi.Pack("domainSeparator")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackDomainSeparator is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf698da25.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function domainSeparator() view returns(bytes32)
func (modelRegistry *ModelRegistry) TryPackDomainSeparator() ([]byte, error) {
	return modelRegistry.abi.Pack("domainSeparator")
}

// UnpackDomainSeparator is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xf698da25.
//
// Solidity: function domainSeparator() view returns(bytes32)
func (modelRegistry *ModelRegistry) UnpackDomainSeparator(data []byte) ([32]byte, error) {
	out, err := modelRegistry.abi.Unpack("domainSeparator", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackEip712Domain is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x84b0196e.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function eip712Domain() view returns(bytes1 fields, string name, string version, uint256 chainId, address verifyingContract, bytes32 salt, uint256[] extensions)
func (modelRegistry *ModelRegistry) PackEip712Domain() []byte {
	enc, err := modelRegistry.abi.Pack("eip712Domain")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackEip712Domain is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x84b0196e.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function eip712Domain() view returns(bytes1 fields, string name, string version, uint256 chainId, address verifyingContract, bytes32 salt, uint256[] extensions)
func (modelRegistry *ModelRegistry) TryPackEip712Domain() ([]byte, error) {
	return modelRegistry.abi.Pack("eip712Domain")
}

// ModelRegistryEip712DomainOutput serves as a container for the return parameters of contract
// method Eip712Domain.
type ModelRegistryEip712DomainOutput struct {
	Fields            [1]byte
	Name              string
	Version           string
	ChainId           *big.Int
	VerifyingContract common.Address
	Salt              [32]byte
	Extensions        []*big.Int
}

// UnpackEip712Domain is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x84b0196e.
//
// Solidity: function eip712Domain() view returns(bytes1 fields, string name, string version, uint256 chainId, address verifyingContract, bytes32 salt, uint256[] extensions)
func (modelRegistry *ModelRegistry) UnpackEip712Domain(data []byte) (ModelRegistryEip712DomainOutput, error) {
	out, err := modelRegistry.abi.Unpack("eip712Domain", data)
	outstruct := new(ModelRegistryEip712DomainOutput)
	if err != nil {
		return *outstruct, err
	}
	outstruct.Fields = *abi.ConvertType(out[0], new([1]byte)).(*[1]byte)
	outstruct.Name = *abi.ConvertType(out[1], new(string)).(*string)
	outstruct.Version = *abi.ConvertType(out[2], new(string)).(*string)
	outstruct.ChainId = abi.ConvertType(out[3], new(big.Int)).(*big.Int)
	outstruct.VerifyingContract = *abi.ConvertType(out[4], new(common.Address)).(*common.Address)
	outstruct.Salt = *abi.ConvertType(out[5], new([32]byte)).(*[32]byte)
	outstruct.Extensions = *abi.ConvertType(out[6], new([]*big.Int)).(*[]*big.Int)
	return *outstruct, nil
}

// PackModelId is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xc0418d6e.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function modelId(address publisher, string name) view returns(bytes32)
func (modelRegistry *ModelRegistry) PackModelId(publisher common.Address, name string) []byte {
	enc, err := modelRegistry.abi.Pack("modelId", publisher, name)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackModelId is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xc0418d6e.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function modelId(address publisher, string name) view returns(bytes32)
func (modelRegistry *ModelRegistry) TryPackModelId(publisher common.Address, name string) ([]byte, error) {
	return modelRegistry.abi.Pack("modelId", publisher, name)
}

// UnpackModelId is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xc0418d6e.
//
// Solidity: function modelId(address publisher, string name) view returns(bytes32)
func (modelRegistry *ModelRegistry) UnpackModelId(data []byte) ([32]byte, error) {
	out, err := modelRegistry.abi.Unpack("modelId", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackModelOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x4853aa6b.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function modelOf(bytes32 model) view returns((string,address,uint8,address,bytes32))
func (modelRegistry *ModelRegistry) PackModelOf(model [32]byte) []byte {
	enc, err := modelRegistry.abi.Pack("modelOf", model)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackModelOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x4853aa6b.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function modelOf(bytes32 model) view returns((string,address,uint8,address,bytes32))
func (modelRegistry *ModelRegistry) TryPackModelOf(model [32]byte) ([]byte, error) {
	return modelRegistry.abi.Pack("modelOf", model)
}

// UnpackModelOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x4853aa6b.
//
// Solidity: function modelOf(bytes32 model) view returns((string,address,uint8,address,bytes32))
func (modelRegistry *ModelRegistry) UnpackModelOf(data []byte) (IModelRegistryModel, error) {
	out, err := modelRegistry.abi.Unpack("modelOf", data)
	if err != nil {
		return *new(IModelRegistryModel), err
	}
	out0 := *abi.ConvertType(out[0], new(IModelRegistryModel)).(*IModelRegistryModel)
	return out0, nil
}

// PackMoveAlias is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd428c51a.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function moveAlias(bytes32 model, string name, bytes32 version) returns()
func (modelRegistry *ModelRegistry) PackMoveAlias(model [32]byte, name string, version [32]byte) []byte {
	enc, err := modelRegistry.abi.Pack("moveAlias", model, name, version)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackMoveAlias is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd428c51a.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function moveAlias(bytes32 model, string name, bytes32 version) returns()
func (modelRegistry *ModelRegistry) TryPackMoveAlias(model [32]byte, name string, version [32]byte) ([]byte, error) {
	return modelRegistry.abi.Pack("moveAlias", model, name, version)
}

// PackNft is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x47ccca02.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function nft() view returns(address)
func (modelRegistry *ModelRegistry) PackNft() []byte {
	enc, err := modelRegistry.abi.Pack("nft")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackNft is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x47ccca02.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function nft() view returns(address)
func (modelRegistry *ModelRegistry) TryPackNft() ([]byte, error) {
	return modelRegistry.abi.Pack("nft")
}

// UnpackNft is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x47ccca02.
//
// Solidity: function nft() view returns(address)
func (modelRegistry *ModelRegistry) UnpackNft(data []byte) (common.Address, error) {
	out, err := modelRegistry.abi.Unpack("nft", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackNonces is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7ecebe00.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function nonces(address owner) view returns(uint256)
func (modelRegistry *ModelRegistry) PackNonces(owner common.Address) []byte {
	enc, err := modelRegistry.abi.Pack("nonces", owner)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackNonces is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7ecebe00.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function nonces(address owner) view returns(uint256)
func (modelRegistry *ModelRegistry) TryPackNonces(owner common.Address) ([]byte, error) {
	return modelRegistry.abi.Pack("nonces", owner)
}

// UnpackNonces is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x7ecebe00.
//
// Solidity: function nonces(address owner) view returns(uint256)
func (modelRegistry *ModelRegistry) UnpackNonces(data []byte) (*big.Int, error) {
	out, err := modelRegistry.abi.Unpack("nonces", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackOwnerOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7dd56411.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function ownerOf(bytes32 model) view returns(address)
func (modelRegistry *ModelRegistry) PackOwnerOf(model [32]byte) []byte {
	enc, err := modelRegistry.abi.Pack("ownerOf", model)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackOwnerOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7dd56411.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function ownerOf(bytes32 model) view returns(address)
func (modelRegistry *ModelRegistry) TryPackOwnerOf(model [32]byte) ([]byte, error) {
	return modelRegistry.abi.Pack("ownerOf", model)
}

// UnpackOwnerOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x7dd56411.
//
// Solidity: function ownerOf(bytes32 model) view returns(address)
func (modelRegistry *ModelRegistry) UnpackOwnerOf(data []byte) (common.Address, error) {
	out, err := modelRegistry.abi.Unpack("ownerOf", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackPass is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xa7a1ed72.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function pass() view returns(address)
func (modelRegistry *ModelRegistry) PackPass() []byte {
	enc, err := modelRegistry.abi.Pack("pass")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackPass is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xa7a1ed72.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function pass() view returns(address)
func (modelRegistry *ModelRegistry) TryPackPass() ([]byte, error) {
	return modelRegistry.abi.Pack("pass")
}

// UnpackPass is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xa7a1ed72.
//
// Solidity: function pass() view returns(address)
func (modelRegistry *ModelRegistry) UnpackPass(data []byte) (common.Address, error) {
	out, err := modelRegistry.abi.Unpack("pass", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackProveChunk is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xb06b0cbb.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function proveChunk(bytes32 version, (string,uint64,bytes32,uint64,uint64,bytes32[]) file, (bytes32,uint64,bytes32[]) chunk) view returns(bool)
func (modelRegistry *ModelRegistry) PackProveChunk(version [32]byte, file ManifestProofFile, chunk ManifestProofChunk) []byte {
	enc, err := modelRegistry.abi.Pack("proveChunk", version, file, chunk)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackProveChunk is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xb06b0cbb.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function proveChunk(bytes32 version, (string,uint64,bytes32,uint64,uint64,bytes32[]) file, (bytes32,uint64,bytes32[]) chunk) view returns(bool)
func (modelRegistry *ModelRegistry) TryPackProveChunk(version [32]byte, file ManifestProofFile, chunk ManifestProofChunk) ([]byte, error) {
	return modelRegistry.abi.Pack("proveChunk", version, file, chunk)
}

// UnpackProveChunk is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xb06b0cbb.
//
// Solidity: function proveChunk(bytes32 version, (string,uint64,bytes32,uint64,uint64,bytes32[]) file, (bytes32,uint64,bytes32[]) chunk) view returns(bool)
func (modelRegistry *ModelRegistry) UnpackProveChunk(data []byte) (bool, error) {
	out, err := modelRegistry.abi.Unpack("proveChunk", data)
	if err != nil {
		return *new(bool), err
	}
	out0 := *abi.ConvertType(out[0], new(bool)).(*bool)
	return out0, nil
}

// PackProveFile is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xa88bc8fa.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function proveFile(bytes32 version, (string,uint64,bytes32,uint64,uint64,bytes32[]) file) view returns(bool)
func (modelRegistry *ModelRegistry) PackProveFile(version [32]byte, file ManifestProofFile) []byte {
	enc, err := modelRegistry.abi.Pack("proveFile", version, file)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackProveFile is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xa88bc8fa.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function proveFile(bytes32 version, (string,uint64,bytes32,uint64,uint64,bytes32[]) file) view returns(bool)
func (modelRegistry *ModelRegistry) TryPackProveFile(version [32]byte, file ManifestProofFile) ([]byte, error) {
	return modelRegistry.abi.Pack("proveFile", version, file)
}

// UnpackProveFile is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xa88bc8fa.
//
// Solidity: function proveFile(bytes32 version, (string,uint64,bytes32,uint64,uint64,bytes32[]) file) view returns(bool)
func (modelRegistry *ModelRegistry) UnpackProveFile(data []byte) (bool, error) {
	out, err := modelRegistry.abi.Unpack("proveFile", data)
	if err != nil {
		return *new(bool), err
	}
	out0 := *abi.ConvertType(out[0], new(bool)).(*bool)
	return out0, nil
}

// PackPublish is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x0b721cca.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function publish((string,uint8,(string,bytes32,bytes32,bytes32,bytes32[]),address[],uint32[],uint16,address,(address,uint96,uint96,uint64,bytes32,bool,uint32,uint32)[]) publication) returns(bytes32, bytes32)
func (modelRegistry *ModelRegistry) PackPublish(publication IModelRegistryPublication) []byte {
	enc, err := modelRegistry.abi.Pack("publish", publication)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackPublish is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x0b721cca.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function publish((string,uint8,(string,bytes32,bytes32,bytes32,bytes32[]),address[],uint32[],uint16,address,(address,uint96,uint96,uint64,bytes32,bool,uint32,uint32)[]) publication) returns(bytes32, bytes32)
func (modelRegistry *ModelRegistry) TryPackPublish(publication IModelRegistryPublication) ([]byte, error) {
	return modelRegistry.abi.Pack("publish", publication)
}

// ModelRegistryPublishOutput serves as a container for the return parameters of contract
// method Publish.
type ModelRegistryPublishOutput struct {
	Arg0 [32]byte
	Arg1 [32]byte
}

// UnpackPublish is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x0b721cca.
//
// Solidity: function publish((string,uint8,(string,bytes32,bytes32,bytes32,bytes32[]),address[],uint32[],uint16,address,(address,uint96,uint96,uint64,bytes32,bool,uint32,uint32)[]) publication) returns(bytes32, bytes32)
func (modelRegistry *ModelRegistry) UnpackPublish(data []byte) (ModelRegistryPublishOutput, error) {
	out, err := modelRegistry.abi.Unpack("publish", data)
	outstruct := new(ModelRegistryPublishOutput)
	if err != nil {
		return *outstruct, err
	}
	outstruct.Arg0 = *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	outstruct.Arg1 = *abi.ConvertType(out[1], new([32]byte)).(*[32]byte)
	return *outstruct, nil
}

// PackPublishBySig is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x031c7179.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function publishBySig((string,uint8,(string,bytes32,bytes32,bytes32,bytes32[]),address[],uint32[],uint16,address,(address,uint96,uint96,uint64,bytes32,bool,uint32,uint32)[]) publication, (address,address,address,uint256,uint256) permission, bytes signature) returns(bytes32 model, bytes32 version)
func (modelRegistry *ModelRegistry) PackPublishBySig(publication IModelRegistryPublication, permission IModelRegistryPermission, signature []byte) []byte {
	enc, err := modelRegistry.abi.Pack("publishBySig", publication, permission, signature)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackPublishBySig is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x031c7179.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function publishBySig((string,uint8,(string,bytes32,bytes32,bytes32,bytes32[]),address[],uint32[],uint16,address,(address,uint96,uint96,uint64,bytes32,bool,uint32,uint32)[]) publication, (address,address,address,uint256,uint256) permission, bytes signature) returns(bytes32 model, bytes32 version)
func (modelRegistry *ModelRegistry) TryPackPublishBySig(publication IModelRegistryPublication, permission IModelRegistryPermission, signature []byte) ([]byte, error) {
	return modelRegistry.abi.Pack("publishBySig", publication, permission, signature)
}

// ModelRegistryPublishBySigOutput serves as a container for the return parameters of contract
// method PublishBySig.
type ModelRegistryPublishBySigOutput struct {
	Model   [32]byte
	Version [32]byte
}

// UnpackPublishBySig is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x031c7179.
//
// Solidity: function publishBySig((string,uint8,(string,bytes32,bytes32,bytes32,bytes32[]),address[],uint32[],uint16,address,(address,uint96,uint96,uint64,bytes32,bool,uint32,uint32)[]) publication, (address,address,address,uint256,uint256) permission, bytes signature) returns(bytes32 model, bytes32 version)
func (modelRegistry *ModelRegistry) UnpackPublishBySig(data []byte) (ModelRegistryPublishBySigOutput, error) {
	out, err := modelRegistry.abi.Unpack("publishBySig", data)
	outstruct := new(ModelRegistryPublishBySigOutput)
	if err != nil {
		return *outstruct, err
	}
	outstruct.Model = *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	outstruct.Version = *abi.ConvertType(out[1], new([32]byte)).(*[32]byte)
	return *outstruct, nil
}

// PackPublishVersion is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x92df329c.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function publishVersion(bytes32 model, (string,bytes32,bytes32,bytes32,bytes32[]) release) returns(bytes32 version)
func (modelRegistry *ModelRegistry) PackPublishVersion(model [32]byte, release IModelRegistryRelease) []byte {
	enc, err := modelRegistry.abi.Pack("publishVersion", model, release)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackPublishVersion is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x92df329c.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function publishVersion(bytes32 model, (string,bytes32,bytes32,bytes32,bytes32[]) release) returns(bytes32 version)
func (modelRegistry *ModelRegistry) TryPackPublishVersion(model [32]byte, release IModelRegistryRelease) ([]byte, error) {
	return modelRegistry.abi.Pack("publishVersion", model, release)
}

// UnpackPublishVersion is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x92df329c.
//
// Solidity: function publishVersion(bytes32 model, (string,bytes32,bytes32,bytes32,bytes32[]) release) returns(bytes32 version)
func (modelRegistry *ModelRegistry) UnpackPublishVersion(data []byte) ([32]byte, error) {
	out, err := modelRegistry.abi.Unpack("publishVersion", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackPublishVersionBySig is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x9651f7fc.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function publishVersionBySig(bytes32 model, (string,bytes32,bytes32,bytes32,bytes32[]) release, (address,address,address,uint256,uint256) permission, bytes signature) returns(bytes32 version)
func (modelRegistry *ModelRegistry) PackPublishVersionBySig(model [32]byte, release IModelRegistryRelease, permission IModelRegistryPermission, signature []byte) []byte {
	enc, err := modelRegistry.abi.Pack("publishVersionBySig", model, release, permission, signature)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackPublishVersionBySig is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x9651f7fc.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function publishVersionBySig(bytes32 model, (string,bytes32,bytes32,bytes32,bytes32[]) release, (address,address,address,uint256,uint256) permission, bytes signature) returns(bytes32 version)
func (modelRegistry *ModelRegistry) TryPackPublishVersionBySig(model [32]byte, release IModelRegistryRelease, permission IModelRegistryPermission, signature []byte) ([]byte, error) {
	return modelRegistry.abi.Pack("publishVersionBySig", model, release, permission, signature)
}

// UnpackPublishVersionBySig is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x9651f7fc.
//
// Solidity: function publishVersionBySig(bytes32 model, (string,bytes32,bytes32,bytes32,bytes32[]) release, (address,address,address,uint256,uint256) permission, bytes signature) returns(bytes32 version)
func (modelRegistry *ModelRegistry) UnpackPublishVersionBySig(data []byte) ([32]byte, error) {
	out, err := modelRegistry.abi.Unpack("publishVersionBySig", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackSplitters is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x81b99135.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function splitters() view returns(address)
func (modelRegistry *ModelRegistry) PackSplitters() []byte {
	enc, err := modelRegistry.abi.Pack("splitters")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSplitters is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x81b99135.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function splitters() view returns(address)
func (modelRegistry *ModelRegistry) TryPackSplitters() ([]byte, error) {
	return modelRegistry.abi.Pack("splitters")
}

// UnpackSplitters is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x81b99135.
//
// Solidity: function splitters() view returns(address)
func (modelRegistry *ModelRegistry) UnpackSplitters(data []byte) (common.Address, error) {
	out, err := modelRegistry.abi.Unpack("splitters", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackVersionId is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x23e70dc4.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function versionId(bytes32 model, string semver, bytes32 manifest) view returns(bytes32)
func (modelRegistry *ModelRegistry) PackVersionId(model [32]byte, semver string, manifest [32]byte) []byte {
	enc, err := modelRegistry.abi.Pack("versionId", model, semver, manifest)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackVersionId is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x23e70dc4.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function versionId(bytes32 model, string semver, bytes32 manifest) view returns(bytes32)
func (modelRegistry *ModelRegistry) TryPackVersionId(model [32]byte, semver string, manifest [32]byte) ([]byte, error) {
	return modelRegistry.abi.Pack("versionId", model, semver, manifest)
}

// UnpackVersionId is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x23e70dc4.
//
// Solidity: function versionId(bytes32 model, string semver, bytes32 manifest) view returns(bytes32)
func (modelRegistry *ModelRegistry) UnpackVersionId(data []byte) ([32]byte, error) {
	out, err := modelRegistry.abi.Unpack("versionId", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackVersionNamed is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd66b33dc.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function versionNamed(bytes32 model, string semver) view returns(bytes32)
func (modelRegistry *ModelRegistry) PackVersionNamed(model [32]byte, semver string) []byte {
	enc, err := modelRegistry.abi.Pack("versionNamed", model, semver)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackVersionNamed is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd66b33dc.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function versionNamed(bytes32 model, string semver) view returns(bytes32)
func (modelRegistry *ModelRegistry) TryPackVersionNamed(model [32]byte, semver string) ([]byte, error) {
	return modelRegistry.abi.Pack("versionNamed", model, semver)
}

// UnpackVersionNamed is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xd66b33dc.
//
// Solidity: function versionNamed(bytes32 model, string semver) view returns(bytes32)
func (modelRegistry *ModelRegistry) UnpackVersionNamed(data []byte) ([32]byte, error) {
	out, err := modelRegistry.abi.Unpack("versionNamed", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackVersionOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x586e05a5.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function versionOf(bytes32 version) view returns((bytes32,bytes32,bytes32,bytes32))
func (modelRegistry *ModelRegistry) PackVersionOf(version [32]byte) []byte {
	enc, err := modelRegistry.abi.Pack("versionOf", version)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackVersionOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x586e05a5.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function versionOf(bytes32 version) view returns((bytes32,bytes32,bytes32,bytes32))
func (modelRegistry *ModelRegistry) TryPackVersionOf(version [32]byte) ([]byte, error) {
	return modelRegistry.abi.Pack("versionOf", version)
}

// UnpackVersionOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x586e05a5.
//
// Solidity: function versionOf(bytes32 version) view returns((bytes32,bytes32,bytes32,bytes32))
func (modelRegistry *ModelRegistry) UnpackVersionOf(data []byte) (IModelRegistryVersion, error) {
	out, err := modelRegistry.abi.Unpack("versionOf", data)
	if err != nil {
		return *new(IModelRegistryVersion), err
	}
	out0 := *abi.ConvertType(out[0], new(IModelRegistryVersion)).(*IModelRegistryVersion)
	return out0, nil
}

// PackYank is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x02f2da6c.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function yank(bytes32 version, string reason) returns()
func (modelRegistry *ModelRegistry) PackYank(version [32]byte, reason string) []byte {
	enc, err := modelRegistry.abi.Pack("yank", version, reason)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackYank is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x02f2da6c.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function yank(bytes32 version, string reason) returns()
func (modelRegistry *ModelRegistry) TryPackYank(version [32]byte, reason string) ([]byte, error) {
	return modelRegistry.abi.Pack("yank", version, reason)
}

// ModelRegistryAliasMoved represents a AliasMoved event raised by the ModelRegistry contract.
type ModelRegistryAliasMoved struct {
	Model    [32]byte
	NameHash [32]byte
	Version  [32]byte
	Name     string
	Raw      *types.Log // Blockchain specific contextual infos
}

const ModelRegistryAliasMovedEventName = "AliasMoved"

// ContractEventName returns the user-defined event name.
func (ModelRegistryAliasMoved) ContractEventName() string {
	return ModelRegistryAliasMovedEventName
}

// UnpackAliasMovedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event AliasMoved(bytes32 indexed model, bytes32 indexed nameHash, bytes32 indexed version, string name)
func (modelRegistry *ModelRegistry) UnpackAliasMovedEvent(log *types.Log) (*ModelRegistryAliasMoved, error) {
	event := "AliasMoved"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != modelRegistry.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(ModelRegistryAliasMoved)
	if len(log.Data) > 0 {
		if err := modelRegistry.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range modelRegistry.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// ModelRegistryEIP712DomainChanged represents a EIP712DomainChanged event raised by the ModelRegistry contract.
type ModelRegistryEIP712DomainChanged struct {
	Raw *types.Log // Blockchain specific contextual infos
}

const ModelRegistryEIP712DomainChangedEventName = "EIP712DomainChanged"

// ContractEventName returns the user-defined event name.
func (ModelRegistryEIP712DomainChanged) ContractEventName() string {
	return ModelRegistryEIP712DomainChangedEventName
}

// UnpackEIP712DomainChangedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event EIP712DomainChanged()
func (modelRegistry *ModelRegistry) UnpackEIP712DomainChangedEvent(log *types.Log) (*ModelRegistryEIP712DomainChanged, error) {
	event := "EIP712DomainChanged"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != modelRegistry.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(ModelRegistryEIP712DomainChanged)
	if len(log.Data) > 0 {
		if err := modelRegistry.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range modelRegistry.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// ModelRegistryModelPublished represents a ModelPublished event raised by the ModelRegistry contract.
type ModelRegistryModelPublished struct {
	Model      [32]byte
	Publisher  common.Address
	Kind       uint8
	Name       string
	Splitter   common.Address
	RoyaltyBps uint16
	Raw        *types.Log // Blockchain specific contextual infos
}

const ModelRegistryModelPublishedEventName = "ModelPublished"

// ContractEventName returns the user-defined event name.
func (ModelRegistryModelPublished) ContractEventName() string {
	return ModelRegistryModelPublishedEventName
}

// UnpackModelPublishedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event ModelPublished(bytes32 indexed model, address indexed publisher, uint8 indexed kind, string name, address splitter, uint16 royaltyBps)
func (modelRegistry *ModelRegistry) UnpackModelPublishedEvent(log *types.Log) (*ModelRegistryModelPublished, error) {
	event := "ModelPublished"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != modelRegistry.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(ModelRegistryModelPublished)
	if len(log.Data) > 0 {
		if err := modelRegistry.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range modelRegistry.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// ModelRegistryVersionPublished represents a VersionPublished event raised by the ModelRegistry contract.
type ModelRegistryVersionPublished struct {
	Model       [32]byte
	Version     [32]byte
	Manifest    [32]byte
	Semver      string
	Root        [32]byte
	LicenseHash [32]byte
	Parents     [][32]byte
	Raw         *types.Log // Blockchain specific contextual infos
}

const ModelRegistryVersionPublishedEventName = "VersionPublished"

// ContractEventName returns the user-defined event name.
func (ModelRegistryVersionPublished) ContractEventName() string {
	return ModelRegistryVersionPublishedEventName
}

// UnpackVersionPublishedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event VersionPublished(bytes32 indexed model, bytes32 indexed version, bytes32 indexed manifest, string semver, bytes32 root, bytes32 licenseHash, bytes32[] parents)
func (modelRegistry *ModelRegistry) UnpackVersionPublishedEvent(log *types.Log) (*ModelRegistryVersionPublished, error) {
	event := "VersionPublished"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != modelRegistry.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(ModelRegistryVersionPublished)
	if len(log.Data) > 0 {
		if err := modelRegistry.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range modelRegistry.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// ModelRegistryYanked represents a Yanked event raised by the ModelRegistry contract.
type ModelRegistryYanked struct {
	Model   [32]byte
	Version [32]byte
	Reason  string
	Raw     *types.Log // Blockchain specific contextual infos
}

const ModelRegistryYankedEventName = "Yanked"

// ContractEventName returns the user-defined event name.
func (ModelRegistryYanked) ContractEventName() string {
	return ModelRegistryYankedEventName
}

// UnpackYankedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Yanked(bytes32 indexed model, bytes32 indexed version, string reason)
func (modelRegistry *ModelRegistry) UnpackYankedEvent(log *types.Log) (*ModelRegistryYanked, error) {
	event := "Yanked"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != modelRegistry.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(ModelRegistryYanked)
	if len(log.Data) > 0 {
		if err := modelRegistry.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range modelRegistry.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// UnpackError attempts to decode the provided error data using user-defined
// error definitions.
func (modelRegistry *ModelRegistry) UnpackError(raw []byte) (any, error) {
	if bytes.Equal(raw[:4], modelRegistry.abi.Errors["InvalidAccountNonce"].ID.Bytes()[:4]) {
		return modelRegistry.UnpackInvalidAccountNonceError(raw[4:])
	}
	if bytes.Equal(raw[:4], modelRegistry.abi.Errors["InvalidShortString"].ID.Bytes()[:4]) {
		return modelRegistry.UnpackInvalidShortStringError(raw[4:])
	}
	if bytes.Equal(raw[:4], modelRegistry.abi.Errors["ModelRegistry_BadName"].ID.Bytes()[:4]) {
		return modelRegistry.UnpackModelRegistryBadNameError(raw[4:])
	}
	if bytes.Equal(raw[:4], modelRegistry.abi.Errors["ModelRegistry_BadSignature"].ID.Bytes()[:4]) {
		return modelRegistry.UnpackModelRegistryBadSignatureError(raw[4:])
	}
	if bytes.Equal(raw[:4], modelRegistry.abi.Errors["ModelRegistry_BadVersion"].ID.Bytes()[:4]) {
		return modelRegistry.UnpackModelRegistryBadVersionError(raw[4:])
	}
	if bytes.Equal(raw[:4], modelRegistry.abi.Errors["ModelRegistry_EmptyDigest"].ID.Bytes()[:4]) {
		return modelRegistry.UnpackModelRegistryEmptyDigestError(raw[4:])
	}
	if bytes.Equal(raw[:4], modelRegistry.abi.Errors["ModelRegistry_Expired"].ID.Bytes()[:4]) {
		return modelRegistry.UnpackModelRegistryExpiredError(raw[4:])
	}
	if bytes.Equal(raw[:4], modelRegistry.abi.Errors["ModelRegistry_NameTaken"].ID.Bytes()[:4]) {
		return modelRegistry.UnpackModelRegistryNameTakenError(raw[4:])
	}
	if bytes.Equal(raw[:4], modelRegistry.abi.Errors["ModelRegistry_NotOwner"].ID.Bytes()[:4]) {
		return modelRegistry.UnpackModelRegistryNotOwnerError(raw[4:])
	}
	if bytes.Equal(raw[:4], modelRegistry.abi.Errors["ModelRegistry_OtherRelay"].ID.Bytes()[:4]) {
		return modelRegistry.UnpackModelRegistryOtherRelayError(raw[4:])
	}
	if bytes.Equal(raw[:4], modelRegistry.abi.Errors["ModelRegistry_TooMany"].ID.Bytes()[:4]) {
		return modelRegistry.UnpackModelRegistryTooManyError(raw[4:])
	}
	if bytes.Equal(raw[:4], modelRegistry.abi.Errors["ModelRegistry_UnknownParent"].ID.Bytes()[:4]) {
		return modelRegistry.UnpackModelRegistryUnknownParentError(raw[4:])
	}
	if bytes.Equal(raw[:4], modelRegistry.abi.Errors["ModelRegistry_UnknownVersion"].ID.Bytes()[:4]) {
		return modelRegistry.UnpackModelRegistryUnknownVersionError(raw[4:])
	}
	if bytes.Equal(raw[:4], modelRegistry.abi.Errors["ModelRegistry_VersionTaken"].ID.Bytes()[:4]) {
		return modelRegistry.UnpackModelRegistryVersionTakenError(raw[4:])
	}
	if bytes.Equal(raw[:4], modelRegistry.abi.Errors["SafeERC20FailedOperation"].ID.Bytes()[:4]) {
		return modelRegistry.UnpackSafeERC20FailedOperationError(raw[4:])
	}
	if bytes.Equal(raw[:4], modelRegistry.abi.Errors["StringTooLong"].ID.Bytes()[:4]) {
		return modelRegistry.UnpackStringTooLongError(raw[4:])
	}
	return nil, errors.New("unknown error")
}

// ModelRegistryInvalidAccountNonce represents a InvalidAccountNonce error raised by the ModelRegistry contract.
type ModelRegistryInvalidAccountNonce struct {
	Account      common.Address
	CurrentNonce *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error InvalidAccountNonce(address account, uint256 currentNonce)
func ModelRegistryInvalidAccountNonceErrorID() common.Hash {
	return common.HexToHash("0x752d88c0de02638abf10e8e31861e4c68dc1f3a1e7d840e580683f2c282bfc7a")
}

// UnpackInvalidAccountNonceError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error InvalidAccountNonce(address account, uint256 currentNonce)
func (modelRegistry *ModelRegistry) UnpackInvalidAccountNonceError(raw []byte) (*ModelRegistryInvalidAccountNonce, error) {
	out := new(ModelRegistryInvalidAccountNonce)
	if err := modelRegistry.abi.UnpackIntoInterface(out, "InvalidAccountNonce", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// ModelRegistryInvalidShortString represents a InvalidShortString error raised by the ModelRegistry contract.
type ModelRegistryInvalidShortString struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error InvalidShortString()
func ModelRegistryInvalidShortStringErrorID() common.Hash {
	return common.HexToHash("0xb3512b0c6163e5f0bafab72bb631b9d58cd7a731b082f910338aa21c83d5c274")
}

// UnpackInvalidShortStringError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error InvalidShortString()
func (modelRegistry *ModelRegistry) UnpackInvalidShortStringError(raw []byte) (*ModelRegistryInvalidShortString, error) {
	out := new(ModelRegistryInvalidShortString)
	if err := modelRegistry.abi.UnpackIntoInterface(out, "InvalidShortString", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// ModelRegistryModelRegistryBadName represents a ModelRegistry_BadName error raised by the ModelRegistry contract.
type ModelRegistryModelRegistryBadName struct {
	Name string
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ModelRegistry_BadName(string name)
func ModelRegistryModelRegistryBadNameErrorID() common.Hash {
	return common.HexToHash("0x939a226cbb2123584ecc966f36fbcc9b8b14ff5500c7861be9a94d8047691fd7")
}

// UnpackModelRegistryBadNameError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ModelRegistry_BadName(string name)
func (modelRegistry *ModelRegistry) UnpackModelRegistryBadNameError(raw []byte) (*ModelRegistryModelRegistryBadName, error) {
	out := new(ModelRegistryModelRegistryBadName)
	if err := modelRegistry.abi.UnpackIntoInterface(out, "ModelRegistry_BadName", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// ModelRegistryModelRegistryBadSignature represents a ModelRegistry_BadSignature error raised by the ModelRegistry contract.
type ModelRegistryModelRegistryBadSignature struct {
	Owner common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ModelRegistry_BadSignature(address owner)
func ModelRegistryModelRegistryBadSignatureErrorID() common.Hash {
	return common.HexToHash("0x9b13edfa1f1101bb04240f01aaa41f0555e8c5d15d934ac0739e7fefdebb932b")
}

// UnpackModelRegistryBadSignatureError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ModelRegistry_BadSignature(address owner)
func (modelRegistry *ModelRegistry) UnpackModelRegistryBadSignatureError(raw []byte) (*ModelRegistryModelRegistryBadSignature, error) {
	out := new(ModelRegistryModelRegistryBadSignature)
	if err := modelRegistry.abi.UnpackIntoInterface(out, "ModelRegistry_BadSignature", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// ModelRegistryModelRegistryBadVersion represents a ModelRegistry_BadVersion error raised by the ModelRegistry contract.
type ModelRegistryModelRegistryBadVersion struct {
	Version string
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ModelRegistry_BadVersion(string version)
func ModelRegistryModelRegistryBadVersionErrorID() common.Hash {
	return common.HexToHash("0x90329387b51e480514e6123a2c885805a7fe2ef9facf544a25519b3a9253192f")
}

// UnpackModelRegistryBadVersionError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ModelRegistry_BadVersion(string version)
func (modelRegistry *ModelRegistry) UnpackModelRegistryBadVersionError(raw []byte) (*ModelRegistryModelRegistryBadVersion, error) {
	out := new(ModelRegistryModelRegistryBadVersion)
	if err := modelRegistry.abi.UnpackIntoInterface(out, "ModelRegistry_BadVersion", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// ModelRegistryModelRegistryEmptyDigest represents a ModelRegistry_EmptyDigest error raised by the ModelRegistry contract.
type ModelRegistryModelRegistryEmptyDigest struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ModelRegistry_EmptyDigest()
func ModelRegistryModelRegistryEmptyDigestErrorID() common.Hash {
	return common.HexToHash("0x5d05d95fea30be3fae0af331bbcd9ab09858c6cd500b31469ead899aabf15724")
}

// UnpackModelRegistryEmptyDigestError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ModelRegistry_EmptyDigest()
func (modelRegistry *ModelRegistry) UnpackModelRegistryEmptyDigestError(raw []byte) (*ModelRegistryModelRegistryEmptyDigest, error) {
	out := new(ModelRegistryModelRegistryEmptyDigest)
	if err := modelRegistry.abi.UnpackIntoInterface(out, "ModelRegistry_EmptyDigest", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// ModelRegistryModelRegistryExpired represents a ModelRegistry_Expired error raised by the ModelRegistry contract.
type ModelRegistryModelRegistryExpired struct {
	Deadline *big.Int
	Time     *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ModelRegistry_Expired(uint256 deadline, uint256 time)
func ModelRegistryModelRegistryExpiredErrorID() common.Hash {
	return common.HexToHash("0x089cd12bc1c08ac1f088ea0b4f8f784c5152d0fea78e63fed48b9325ef18361e")
}

// UnpackModelRegistryExpiredError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ModelRegistry_Expired(uint256 deadline, uint256 time)
func (modelRegistry *ModelRegistry) UnpackModelRegistryExpiredError(raw []byte) (*ModelRegistryModelRegistryExpired, error) {
	out := new(ModelRegistryModelRegistryExpired)
	if err := modelRegistry.abi.UnpackIntoInterface(out, "ModelRegistry_Expired", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// ModelRegistryModelRegistryNameTaken represents a ModelRegistry_NameTaken error raised by the ModelRegistry contract.
type ModelRegistryModelRegistryNameTaken struct {
	Model [32]byte
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ModelRegistry_NameTaken(bytes32 model)
func ModelRegistryModelRegistryNameTakenErrorID() common.Hash {
	return common.HexToHash("0x8a89f33ebe005213ffe30f57a6bfa53f5255b2bc6312428d2b7106211ceceda3")
}

// UnpackModelRegistryNameTakenError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ModelRegistry_NameTaken(bytes32 model)
func (modelRegistry *ModelRegistry) UnpackModelRegistryNameTakenError(raw []byte) (*ModelRegistryModelRegistryNameTaken, error) {
	out := new(ModelRegistryModelRegistryNameTaken)
	if err := modelRegistry.abi.UnpackIntoInterface(out, "ModelRegistry_NameTaken", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// ModelRegistryModelRegistryNotOwner represents a ModelRegistry_NotOwner error raised by the ModelRegistry contract.
type ModelRegistryModelRegistryNotOwner struct {
	Model  [32]byte
	Caller common.Address
	Owner  common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ModelRegistry_NotOwner(bytes32 model, address caller, address owner)
func ModelRegistryModelRegistryNotOwnerErrorID() common.Hash {
	return common.HexToHash("0xc754d701b8c2566e676429837b8456f900bb74ef49ed4897c2f62ab22834b778")
}

// UnpackModelRegistryNotOwnerError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ModelRegistry_NotOwner(bytes32 model, address caller, address owner)
func (modelRegistry *ModelRegistry) UnpackModelRegistryNotOwnerError(raw []byte) (*ModelRegistryModelRegistryNotOwner, error) {
	out := new(ModelRegistryModelRegistryNotOwner)
	if err := modelRegistry.abi.UnpackIntoInterface(out, "ModelRegistry_NotOwner", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// ModelRegistryModelRegistryOtherRelay represents a ModelRegistry_OtherRelay error raised by the ModelRegistry contract.
type ModelRegistryModelRegistryOtherRelay struct {
	Relay  common.Address
	Caller common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ModelRegistry_OtherRelay(address relay, address caller)
func ModelRegistryModelRegistryOtherRelayErrorID() common.Hash {
	return common.HexToHash("0xab90479c389e94ee30e4ce4bb8aa3745cb36d02b616b03afa3b502e862269c39")
}

// UnpackModelRegistryOtherRelayError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ModelRegistry_OtherRelay(address relay, address caller)
func (modelRegistry *ModelRegistry) UnpackModelRegistryOtherRelayError(raw []byte) (*ModelRegistryModelRegistryOtherRelay, error) {
	out := new(ModelRegistryModelRegistryOtherRelay)
	if err := modelRegistry.abi.UnpackIntoInterface(out, "ModelRegistry_OtherRelay", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// ModelRegistryModelRegistryTooMany represents a ModelRegistry_TooMany error raised by the ModelRegistry contract.
type ModelRegistryModelRegistryTooMany struct {
	Count *big.Int
	Most  *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ModelRegistry_TooMany(uint256 count, uint256 most)
func ModelRegistryModelRegistryTooManyErrorID() common.Hash {
	return common.HexToHash("0xd7b52cfd29093b4f9bdb79dda42c8535bd095caa4b199b576bf3be48196370b9")
}

// UnpackModelRegistryTooManyError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ModelRegistry_TooMany(uint256 count, uint256 most)
func (modelRegistry *ModelRegistry) UnpackModelRegistryTooManyError(raw []byte) (*ModelRegistryModelRegistryTooMany, error) {
	out := new(ModelRegistryModelRegistryTooMany)
	if err := modelRegistry.abi.UnpackIntoInterface(out, "ModelRegistry_TooMany", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// ModelRegistryModelRegistryUnknownParent represents a ModelRegistry_UnknownParent error raised by the ModelRegistry contract.
type ModelRegistryModelRegistryUnknownParent struct {
	Parent [32]byte
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ModelRegistry_UnknownParent(bytes32 parent)
func ModelRegistryModelRegistryUnknownParentErrorID() common.Hash {
	return common.HexToHash("0xe1e9ec82c2924b57813d84a3cb5ed15fda8712f93c8b280c9f230f5ece4b57fb")
}

// UnpackModelRegistryUnknownParentError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ModelRegistry_UnknownParent(bytes32 parent)
func (modelRegistry *ModelRegistry) UnpackModelRegistryUnknownParentError(raw []byte) (*ModelRegistryModelRegistryUnknownParent, error) {
	out := new(ModelRegistryModelRegistryUnknownParent)
	if err := modelRegistry.abi.UnpackIntoInterface(out, "ModelRegistry_UnknownParent", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// ModelRegistryModelRegistryUnknownVersion represents a ModelRegistry_UnknownVersion error raised by the ModelRegistry contract.
type ModelRegistryModelRegistryUnknownVersion struct {
	Version [32]byte
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ModelRegistry_UnknownVersion(bytes32 version)
func ModelRegistryModelRegistryUnknownVersionErrorID() common.Hash {
	return common.HexToHash("0xf493d2f6cb0bb110687e486d9fcf6f4a763db61f91d0c872f4fa3e847ee142f0")
}

// UnpackModelRegistryUnknownVersionError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ModelRegistry_UnknownVersion(bytes32 version)
func (modelRegistry *ModelRegistry) UnpackModelRegistryUnknownVersionError(raw []byte) (*ModelRegistryModelRegistryUnknownVersion, error) {
	out := new(ModelRegistryModelRegistryUnknownVersion)
	if err := modelRegistry.abi.UnpackIntoInterface(out, "ModelRegistry_UnknownVersion", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// ModelRegistryModelRegistryVersionTaken represents a ModelRegistry_VersionTaken error raised by the ModelRegistry contract.
type ModelRegistryModelRegistryVersionTaken struct {
	Model [32]byte
	Taken [32]byte
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ModelRegistry_VersionTaken(bytes32 model, bytes32 taken)
func ModelRegistryModelRegistryVersionTakenErrorID() common.Hash {
	return common.HexToHash("0xb3777fca9ca85500f072c5683a7d8ec532d2079fbb82afa7a0a99150b07b0d24")
}

// UnpackModelRegistryVersionTakenError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ModelRegistry_VersionTaken(bytes32 model, bytes32 taken)
func (modelRegistry *ModelRegistry) UnpackModelRegistryVersionTakenError(raw []byte) (*ModelRegistryModelRegistryVersionTaken, error) {
	out := new(ModelRegistryModelRegistryVersionTaken)
	if err := modelRegistry.abi.UnpackIntoInterface(out, "ModelRegistry_VersionTaken", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// ModelRegistrySafeERC20FailedOperation represents a SafeERC20FailedOperation error raised by the ModelRegistry contract.
type ModelRegistrySafeERC20FailedOperation struct {
	Token common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error SafeERC20FailedOperation(address token)
func ModelRegistrySafeERC20FailedOperationErrorID() common.Hash {
	return common.HexToHash("0x5274afe73c98b4749fc91ffae6b7b574e7842cb2144a159e9377a5f20b32edf9")
}

// UnpackSafeERC20FailedOperationError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error SafeERC20FailedOperation(address token)
func (modelRegistry *ModelRegistry) UnpackSafeERC20FailedOperationError(raw []byte) (*ModelRegistrySafeERC20FailedOperation, error) {
	out := new(ModelRegistrySafeERC20FailedOperation)
	if err := modelRegistry.abi.UnpackIntoInterface(out, "SafeERC20FailedOperation", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// ModelRegistryStringTooLong represents a StringTooLong error raised by the ModelRegistry contract.
type ModelRegistryStringTooLong struct {
	Str string
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error StringTooLong(string str)
func ModelRegistryStringTooLongErrorID() common.Hash {
	return common.HexToHash("0x305a27a93f8e33b7392df0a0f91d6fc63847395853c45991eec52dbf24d72381")
}

// UnpackStringTooLongError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error StringTooLong(string str)
func (modelRegistry *ModelRegistry) UnpackStringTooLongError(raw []byte) (*ModelRegistryStringTooLong, error) {
	out := new(ModelRegistryStringTooLong)
	if err := modelRegistry.abi.UnpackIntoInterface(out, "StringTooLong", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// RevenueSplitterMetaData contains all meta data concerning the RevenueSplitter contract.
var RevenueSplitterMetaData = bind.MetaData{
	ABI: "[{\"type\":\"receive\",\"stateMutability\":\"payable\"},{\"type\":\"function\",\"name\":\"distribute\",\"inputs\":[{\"name\":\"token\",\"type\":\"address\",\"internalType\":\"address\"}],\"outputs\":[{\"name\":\"\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"owed\",\"inputs\":[{\"name\":\"token\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"recipient\",\"type\":\"address\",\"internalType\":\"address\"}],\"outputs\":[{\"name\":\"\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"shares\",\"inputs\":[],\"outputs\":[{\"name\":\"recipients\",\"type\":\"address[]\",\"internalType\":\"address[]\"},{\"name\":\"parts\",\"type\":\"uint32[]\",\"internalType\":\"uint32[]\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"totalOwed\",\"inputs\":[{\"name\":\"token\",\"type\":\"address\",\"internalType\":\"address\"}],\"outputs\":[{\"name\":\"\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"withdraw\",\"inputs\":[{\"name\":\"token\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"recipient\",\"type\":\"address\",\"internalType\":\"address\"}],\"outputs\":[{\"name\":\"amount\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"stateMutability\":\"nonpayable\"},{\"type\":\"event\",\"name\":\"Distributed\",\"inputs\":[{\"name\":\"token\",\"type\":\"address\",\"indexed\":true,\"internalType\":\"address\"},{\"name\":\"amount\",\"type\":\"uint256\",\"indexed\":false,\"internalType\":\"uint256\"}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"Withdrawn\",\"inputs\":[{\"name\":\"token\",\"type\":\"address\",\"indexed\":true,\"internalType\":\"address\"},{\"name\":\"recipient\",\"type\":\"address\",\"indexed\":true,\"internalType\":\"address\"},{\"name\":\"amount\",\"type\":\"uint256\",\"indexed\":false,\"internalType\":\"uint256\"}],\"anonymous\":false},{\"type\":\"error\",\"name\":\"FailedCall\",\"inputs\":[]},{\"type\":\"error\",\"name\":\"InsufficientBalance\",\"inputs\":[{\"name\":\"balance\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"needed\",\"type\":\"uint256\",\"internalType\":\"uint256\"}]},{\"type\":\"error\",\"name\":\"ReentrancyGuardReentrantCall\",\"inputs\":[]},{\"type\":\"error\",\"name\":\"RevenueSplitter_NothingOwed\",\"inputs\":[{\"name\":\"token\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"recipient\",\"type\":\"address\",\"internalType\":\"address\"}]},{\"type\":\"error\",\"name\":\"SafeERC20FailedOperation\",\"inputs\":[{\"name\":\"token\",\"type\":\"address\",\"internalType\":\"address\"}]}]",
	ID:  "RevenueSplitter",
}

// RevenueSplitter is an auto generated Go binding around an Ethereum contract.
type RevenueSplitter struct {
	abi abi.ABI
}

// GetABI returns the ABI associated with this contract binding.
func (c *RevenueSplitter) GetABI() abi.ABI {
	return c.abi
}

// NewRevenueSplitter creates a new instance of RevenueSplitter.
func NewRevenueSplitter() *RevenueSplitter {
	parsed, err := RevenueSplitterMetaData.ParseABI()
	if err != nil {
		panic(errors.New("invalid ABI: " + err.Error()))
	}
	return &RevenueSplitter{abi: *parsed}
}

// Instance creates a wrapper for a deployed contract instance at the given address.
// Use this to create the instance object passed to abigen v2 library functions Call, Transact, etc.
func (c *RevenueSplitter) Instance(backend bind.ContractBackend, addr common.Address) *bind.BoundContract {
	return bind.NewBoundContract(addr, c.abi, backend, backend, backend)
}

// PackDistribute is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x63453ae1.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function distribute(address token) returns(uint256)
func (revenueSplitter *RevenueSplitter) PackDistribute(token common.Address) []byte {
	enc, err := revenueSplitter.abi.Pack("distribute", token)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackDistribute is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x63453ae1.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function distribute(address token) returns(uint256)
func (revenueSplitter *RevenueSplitter) TryPackDistribute(token common.Address) ([]byte, error) {
	return revenueSplitter.abi.Pack("distribute", token)
}

// UnpackDistribute is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x63453ae1.
//
// Solidity: function distribute(address token) returns(uint256)
func (revenueSplitter *RevenueSplitter) UnpackDistribute(data []byte) (*big.Int, error) {
	out, err := revenueSplitter.abi.Unpack("distribute", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackOwed is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x28079e4a.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function owed(address token, address recipient) view returns(uint256)
func (revenueSplitter *RevenueSplitter) PackOwed(token common.Address, recipient common.Address) []byte {
	enc, err := revenueSplitter.abi.Pack("owed", token, recipient)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackOwed is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x28079e4a.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function owed(address token, address recipient) view returns(uint256)
func (revenueSplitter *RevenueSplitter) TryPackOwed(token common.Address, recipient common.Address) ([]byte, error) {
	return revenueSplitter.abi.Pack("owed", token, recipient)
}

// UnpackOwed is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x28079e4a.
//
// Solidity: function owed(address token, address recipient) view returns(uint256)
func (revenueSplitter *RevenueSplitter) UnpackOwed(data []byte) (*big.Int, error) {
	out, err := revenueSplitter.abi.Unpack("owed", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackShares is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x03314efa.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function shares() view returns(address[] recipients, uint32[] parts)
func (revenueSplitter *RevenueSplitter) PackShares() []byte {
	enc, err := revenueSplitter.abi.Pack("shares")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackShares is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x03314efa.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function shares() view returns(address[] recipients, uint32[] parts)
func (revenueSplitter *RevenueSplitter) TryPackShares() ([]byte, error) {
	return revenueSplitter.abi.Pack("shares")
}

// RevenueSplitterSharesOutput serves as a container for the return parameters of contract
// method Shares.
type RevenueSplitterSharesOutput struct {
	Recipients []common.Address
	Parts      []uint32
}

// UnpackShares is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x03314efa.
//
// Solidity: function shares() view returns(address[] recipients, uint32[] parts)
func (revenueSplitter *RevenueSplitter) UnpackShares(data []byte) (RevenueSplitterSharesOutput, error) {
	out, err := revenueSplitter.abi.Unpack("shares", data)
	outstruct := new(RevenueSplitterSharesOutput)
	if err != nil {
		return *outstruct, err
	}
	outstruct.Recipients = *abi.ConvertType(out[0], new([]common.Address)).(*[]common.Address)
	outstruct.Parts = *abi.ConvertType(out[1], new([]uint32)).(*[]uint32)
	return *outstruct, nil
}

// PackTotalOwed is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd7e9ec04.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function totalOwed(address token) view returns(uint256)
func (revenueSplitter *RevenueSplitter) PackTotalOwed(token common.Address) []byte {
	enc, err := revenueSplitter.abi.Pack("totalOwed", token)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackTotalOwed is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd7e9ec04.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function totalOwed(address token) view returns(uint256)
func (revenueSplitter *RevenueSplitter) TryPackTotalOwed(token common.Address) ([]byte, error) {
	return revenueSplitter.abi.Pack("totalOwed", token)
}

// UnpackTotalOwed is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xd7e9ec04.
//
// Solidity: function totalOwed(address token) view returns(uint256)
func (revenueSplitter *RevenueSplitter) UnpackTotalOwed(data []byte) (*big.Int, error) {
	out, err := revenueSplitter.abi.Unpack("totalOwed", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackWithdraw is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf940e385.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function withdraw(address token, address recipient) returns(uint256 amount)
func (revenueSplitter *RevenueSplitter) PackWithdraw(token common.Address, recipient common.Address) []byte {
	enc, err := revenueSplitter.abi.Pack("withdraw", token, recipient)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackWithdraw is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf940e385.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function withdraw(address token, address recipient) returns(uint256 amount)
func (revenueSplitter *RevenueSplitter) TryPackWithdraw(token common.Address, recipient common.Address) ([]byte, error) {
	return revenueSplitter.abi.Pack("withdraw", token, recipient)
}

// UnpackWithdraw is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xf940e385.
//
// Solidity: function withdraw(address token, address recipient) returns(uint256 amount)
func (revenueSplitter *RevenueSplitter) UnpackWithdraw(data []byte) (*big.Int, error) {
	out, err := revenueSplitter.abi.Unpack("withdraw", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// RevenueSplitterDistributed represents a Distributed event raised by the RevenueSplitter contract.
type RevenueSplitterDistributed struct {
	Token  common.Address
	Amount *big.Int
	Raw    *types.Log // Blockchain specific contextual infos
}

const RevenueSplitterDistributedEventName = "Distributed"

// ContractEventName returns the user-defined event name.
func (RevenueSplitterDistributed) ContractEventName() string {
	return RevenueSplitterDistributedEventName
}

// UnpackDistributedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Distributed(address indexed token, uint256 amount)
func (revenueSplitter *RevenueSplitter) UnpackDistributedEvent(log *types.Log) (*RevenueSplitterDistributed, error) {
	event := "Distributed"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != revenueSplitter.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(RevenueSplitterDistributed)
	if len(log.Data) > 0 {
		if err := revenueSplitter.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range revenueSplitter.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// RevenueSplitterWithdrawn represents a Withdrawn event raised by the RevenueSplitter contract.
type RevenueSplitterWithdrawn struct {
	Token     common.Address
	Recipient common.Address
	Amount    *big.Int
	Raw       *types.Log // Blockchain specific contextual infos
}

const RevenueSplitterWithdrawnEventName = "Withdrawn"

// ContractEventName returns the user-defined event name.
func (RevenueSplitterWithdrawn) ContractEventName() string {
	return RevenueSplitterWithdrawnEventName
}

// UnpackWithdrawnEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Withdrawn(address indexed token, address indexed recipient, uint256 amount)
func (revenueSplitter *RevenueSplitter) UnpackWithdrawnEvent(log *types.Log) (*RevenueSplitterWithdrawn, error) {
	event := "Withdrawn"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != revenueSplitter.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(RevenueSplitterWithdrawn)
	if len(log.Data) > 0 {
		if err := revenueSplitter.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range revenueSplitter.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// UnpackError attempts to decode the provided error data using user-defined
// error definitions.
func (revenueSplitter *RevenueSplitter) UnpackError(raw []byte) (any, error) {
	if bytes.Equal(raw[:4], revenueSplitter.abi.Errors["FailedCall"].ID.Bytes()[:4]) {
		return revenueSplitter.UnpackFailedCallError(raw[4:])
	}
	if bytes.Equal(raw[:4], revenueSplitter.abi.Errors["InsufficientBalance"].ID.Bytes()[:4]) {
		return revenueSplitter.UnpackInsufficientBalanceError(raw[4:])
	}
	if bytes.Equal(raw[:4], revenueSplitter.abi.Errors["ReentrancyGuardReentrantCall"].ID.Bytes()[:4]) {
		return revenueSplitter.UnpackReentrancyGuardReentrantCallError(raw[4:])
	}
	if bytes.Equal(raw[:4], revenueSplitter.abi.Errors["RevenueSplitter_NothingOwed"].ID.Bytes()[:4]) {
		return revenueSplitter.UnpackRevenueSplitterNothingOwedError(raw[4:])
	}
	if bytes.Equal(raw[:4], revenueSplitter.abi.Errors["SafeERC20FailedOperation"].ID.Bytes()[:4]) {
		return revenueSplitter.UnpackSafeERC20FailedOperationError(raw[4:])
	}
	return nil, errors.New("unknown error")
}

// RevenueSplitterFailedCall represents a FailedCall error raised by the RevenueSplitter contract.
type RevenueSplitterFailedCall struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error FailedCall()
func RevenueSplitterFailedCallErrorID() common.Hash {
	return common.HexToHash("0xd6bda27508c0fb6d8a39b4b122878dab26f731a7d4e4abe711dd3731899052a4")
}

// UnpackFailedCallError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error FailedCall()
func (revenueSplitter *RevenueSplitter) UnpackFailedCallError(raw []byte) (*RevenueSplitterFailedCall, error) {
	out := new(RevenueSplitterFailedCall)
	if err := revenueSplitter.abi.UnpackIntoInterface(out, "FailedCall", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// RevenueSplitterInsufficientBalance represents a InsufficientBalance error raised by the RevenueSplitter contract.
type RevenueSplitterInsufficientBalance struct {
	Balance *big.Int
	Needed  *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error InsufficientBalance(uint256 balance, uint256 needed)
func RevenueSplitterInsufficientBalanceErrorID() common.Hash {
	return common.HexToHash("0xcf4791818fba6e019216eb4864093b4947f674afada5d305e57d598b641dad1d")
}

// UnpackInsufficientBalanceError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error InsufficientBalance(uint256 balance, uint256 needed)
func (revenueSplitter *RevenueSplitter) UnpackInsufficientBalanceError(raw []byte) (*RevenueSplitterInsufficientBalance, error) {
	out := new(RevenueSplitterInsufficientBalance)
	if err := revenueSplitter.abi.UnpackIntoInterface(out, "InsufficientBalance", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// RevenueSplitterReentrancyGuardReentrantCall represents a ReentrancyGuardReentrantCall error raised by the RevenueSplitter contract.
type RevenueSplitterReentrancyGuardReentrantCall struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ReentrancyGuardReentrantCall()
func RevenueSplitterReentrancyGuardReentrantCallErrorID() common.Hash {
	return common.HexToHash("0x3ee5aeb571de7fc460830b4d0017439a1ca56fb0bc39062227ade4fe4a24c1ca")
}

// UnpackReentrancyGuardReentrantCallError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ReentrancyGuardReentrantCall()
func (revenueSplitter *RevenueSplitter) UnpackReentrancyGuardReentrantCallError(raw []byte) (*RevenueSplitterReentrancyGuardReentrantCall, error) {
	out := new(RevenueSplitterReentrancyGuardReentrantCall)
	if err := revenueSplitter.abi.UnpackIntoInterface(out, "ReentrancyGuardReentrantCall", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// RevenueSplitterRevenueSplitterNothingOwed represents a RevenueSplitter_NothingOwed error raised by the RevenueSplitter contract.
type RevenueSplitterRevenueSplitterNothingOwed struct {
	Token     common.Address
	Recipient common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error RevenueSplitter_NothingOwed(address token, address recipient)
func RevenueSplitterRevenueSplitterNothingOwedErrorID() common.Hash {
	return common.HexToHash("0x7682a3e7d7cb2adcd25fe7acb24866e052be2d26453a32a4c50604570674fdfd")
}

// UnpackRevenueSplitterNothingOwedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error RevenueSplitter_NothingOwed(address token, address recipient)
func (revenueSplitter *RevenueSplitter) UnpackRevenueSplitterNothingOwedError(raw []byte) (*RevenueSplitterRevenueSplitterNothingOwed, error) {
	out := new(RevenueSplitterRevenueSplitterNothingOwed)
	if err := revenueSplitter.abi.UnpackIntoInterface(out, "RevenueSplitter_NothingOwed", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// RevenueSplitterSafeERC20FailedOperation represents a SafeERC20FailedOperation error raised by the RevenueSplitter contract.
type RevenueSplitterSafeERC20FailedOperation struct {
	Token common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error SafeERC20FailedOperation(address token)
func RevenueSplitterSafeERC20FailedOperationErrorID() common.Hash {
	return common.HexToHash("0x5274afe73c98b4749fc91ffae6b7b574e7842cb2144a159e9377a5f20b32edf9")
}

// UnpackSafeERC20FailedOperationError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error SafeERC20FailedOperation(address token)
func (revenueSplitter *RevenueSplitter) UnpackSafeERC20FailedOperationError(raw []byte) (*RevenueSplitterSafeERC20FailedOperation, error) {
	out := new(RevenueSplitterSafeERC20FailedOperation)
	if err := revenueSplitter.abi.UnpackIntoInterface(out, "SafeERC20FailedOperation", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// RevenueSplitterFactoryMetaData contains all meta data concerning the RevenueSplitterFactory contract.
var RevenueSplitterFactoryMetaData = bind.MetaData{
	ABI: "[{\"type\":\"function\",\"name\":\"create\",\"inputs\":[{\"name\":\"recipients\",\"type\":\"address[]\",\"internalType\":\"address[]\"},{\"name\":\"parts\",\"type\":\"uint32[]\",\"internalType\":\"uint32[]\"}],\"outputs\":[{\"name\":\"splitter\",\"type\":\"address\",\"internalType\":\"address\"}],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"implementation\",\"inputs\":[],\"outputs\":[{\"name\":\"\",\"type\":\"address\",\"internalType\":\"address\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"predict\",\"inputs\":[{\"name\":\"recipients\",\"type\":\"address[]\",\"internalType\":\"address[]\"},{\"name\":\"parts\",\"type\":\"uint32[]\",\"internalType\":\"uint32[]\"}],\"outputs\":[{\"name\":\"splitter\",\"type\":\"address\",\"internalType\":\"address\"}],\"stateMutability\":\"view\"},{\"type\":\"event\",\"name\":\"SplitterCreated\",\"inputs\":[{\"name\":\"splitter\",\"type\":\"address\",\"indexed\":true,\"internalType\":\"address\"},{\"name\":\"recipients\",\"type\":\"address[]\",\"indexed\":false,\"internalType\":\"address[]\"},{\"name\":\"parts\",\"type\":\"uint32[]\",\"indexed\":false,\"internalType\":\"uint32[]\"}],\"anonymous\":false},{\"type\":\"error\",\"name\":\"CloneArgumentsTooLong\",\"inputs\":[]},{\"type\":\"error\",\"name\":\"Create2EmptyBytecode\",\"inputs\":[]},{\"type\":\"error\",\"name\":\"FailedDeployment\",\"inputs\":[]},{\"type\":\"error\",\"name\":\"InsufficientBalance\",\"inputs\":[{\"name\":\"balance\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"needed\",\"type\":\"uint256\",\"internalType\":\"uint256\"}]},{\"type\":\"error\",\"name\":\"RevenueSplitter_BadCount\",\"inputs\":[{\"name\":\"recipients\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"parts\",\"type\":\"uint256\",\"internalType\":\"uint256\"}]},{\"type\":\"error\",\"name\":\"RevenueSplitter_BadSum\",\"inputs\":[{\"name\":\"sum\",\"type\":\"uint256\",\"internalType\":\"uint256\"}]},{\"type\":\"error\",\"name\":\"RevenueSplitter_Unsorted\",\"inputs\":[{\"name\":\"index\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"recipient\",\"type\":\"address\",\"internalType\":\"address\"}]},{\"type\":\"error\",\"name\":\"RevenueSplitter_ZeroShare\",\"inputs\":[{\"name\":\"index\",\"type\":\"uint256\",\"internalType\":\"uint256\"}]}]",
	ID:  "RevenueSplitterFactory",
}

// RevenueSplitterFactory is an auto generated Go binding around an Ethereum contract.
type RevenueSplitterFactory struct {
	abi abi.ABI
}

// GetABI returns the ABI associated with this contract binding.
func (c *RevenueSplitterFactory) GetABI() abi.ABI {
	return c.abi
}

// NewRevenueSplitterFactory creates a new instance of RevenueSplitterFactory.
func NewRevenueSplitterFactory() *RevenueSplitterFactory {
	parsed, err := RevenueSplitterFactoryMetaData.ParseABI()
	if err != nil {
		panic(errors.New("invalid ABI: " + err.Error()))
	}
	return &RevenueSplitterFactory{abi: *parsed}
}

// Instance creates a wrapper for a deployed contract instance at the given address.
// Use this to create the instance object passed to abigen v2 library functions Call, Transact, etc.
func (c *RevenueSplitterFactory) Instance(backend bind.ContractBackend, addr common.Address) *bind.BoundContract {
	return bind.NewBoundContract(addr, c.abi, backend, backend, backend)
}

// PackCreate is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xb2b5dd19.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function create(address[] recipients, uint32[] parts) returns(address splitter)
func (revenueSplitterFactory *RevenueSplitterFactory) PackCreate(recipients []common.Address, parts []uint32) []byte {
	enc, err := revenueSplitterFactory.abi.Pack("create", recipients, parts)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackCreate is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xb2b5dd19.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function create(address[] recipients, uint32[] parts) returns(address splitter)
func (revenueSplitterFactory *RevenueSplitterFactory) TryPackCreate(recipients []common.Address, parts []uint32) ([]byte, error) {
	return revenueSplitterFactory.abi.Pack("create", recipients, parts)
}

// UnpackCreate is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xb2b5dd19.
//
// Solidity: function create(address[] recipients, uint32[] parts) returns(address splitter)
func (revenueSplitterFactory *RevenueSplitterFactory) UnpackCreate(data []byte) (common.Address, error) {
	out, err := revenueSplitterFactory.abi.Unpack("create", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackImplementation is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x5c60da1b.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function implementation() view returns(address)
func (revenueSplitterFactory *RevenueSplitterFactory) PackImplementation() []byte {
	enc, err := revenueSplitterFactory.abi.Pack("implementation")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackImplementation is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x5c60da1b.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function implementation() view returns(address)
func (revenueSplitterFactory *RevenueSplitterFactory) TryPackImplementation() ([]byte, error) {
	return revenueSplitterFactory.abi.Pack("implementation")
}

// UnpackImplementation is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x5c60da1b.
//
// Solidity: function implementation() view returns(address)
func (revenueSplitterFactory *RevenueSplitterFactory) UnpackImplementation(data []byte) (common.Address, error) {
	out, err := revenueSplitterFactory.abi.Unpack("implementation", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackPredict is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf45cb716.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function predict(address[] recipients, uint32[] parts) view returns(address splitter)
func (revenueSplitterFactory *RevenueSplitterFactory) PackPredict(recipients []common.Address, parts []uint32) []byte {
	enc, err := revenueSplitterFactory.abi.Pack("predict", recipients, parts)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackPredict is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf45cb716.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function predict(address[] recipients, uint32[] parts) view returns(address splitter)
func (revenueSplitterFactory *RevenueSplitterFactory) TryPackPredict(recipients []common.Address, parts []uint32) ([]byte, error) {
	return revenueSplitterFactory.abi.Pack("predict", recipients, parts)
}

// UnpackPredict is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xf45cb716.
//
// Solidity: function predict(address[] recipients, uint32[] parts) view returns(address splitter)
func (revenueSplitterFactory *RevenueSplitterFactory) UnpackPredict(data []byte) (common.Address, error) {
	out, err := revenueSplitterFactory.abi.Unpack("predict", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// RevenueSplitterFactorySplitterCreated represents a SplitterCreated event raised by the RevenueSplitterFactory contract.
type RevenueSplitterFactorySplitterCreated struct {
	Splitter   common.Address
	Recipients []common.Address
	Parts      []uint32
	Raw        *types.Log // Blockchain specific contextual infos
}

const RevenueSplitterFactorySplitterCreatedEventName = "SplitterCreated"

// ContractEventName returns the user-defined event name.
func (RevenueSplitterFactorySplitterCreated) ContractEventName() string {
	return RevenueSplitterFactorySplitterCreatedEventName
}

// UnpackSplitterCreatedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event SplitterCreated(address indexed splitter, address[] recipients, uint32[] parts)
func (revenueSplitterFactory *RevenueSplitterFactory) UnpackSplitterCreatedEvent(log *types.Log) (*RevenueSplitterFactorySplitterCreated, error) {
	event := "SplitterCreated"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != revenueSplitterFactory.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(RevenueSplitterFactorySplitterCreated)
	if len(log.Data) > 0 {
		if err := revenueSplitterFactory.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range revenueSplitterFactory.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// UnpackError attempts to decode the provided error data using user-defined
// error definitions.
func (revenueSplitterFactory *RevenueSplitterFactory) UnpackError(raw []byte) (any, error) {
	if bytes.Equal(raw[:4], revenueSplitterFactory.abi.Errors["CloneArgumentsTooLong"].ID.Bytes()[:4]) {
		return revenueSplitterFactory.UnpackCloneArgumentsTooLongError(raw[4:])
	}
	if bytes.Equal(raw[:4], revenueSplitterFactory.abi.Errors["Create2EmptyBytecode"].ID.Bytes()[:4]) {
		return revenueSplitterFactory.UnpackCreate2EmptyBytecodeError(raw[4:])
	}
	if bytes.Equal(raw[:4], revenueSplitterFactory.abi.Errors["FailedDeployment"].ID.Bytes()[:4]) {
		return revenueSplitterFactory.UnpackFailedDeploymentError(raw[4:])
	}
	if bytes.Equal(raw[:4], revenueSplitterFactory.abi.Errors["InsufficientBalance"].ID.Bytes()[:4]) {
		return revenueSplitterFactory.UnpackInsufficientBalanceError(raw[4:])
	}
	if bytes.Equal(raw[:4], revenueSplitterFactory.abi.Errors["RevenueSplitter_BadCount"].ID.Bytes()[:4]) {
		return revenueSplitterFactory.UnpackRevenueSplitterBadCountError(raw[4:])
	}
	if bytes.Equal(raw[:4], revenueSplitterFactory.abi.Errors["RevenueSplitter_BadSum"].ID.Bytes()[:4]) {
		return revenueSplitterFactory.UnpackRevenueSplitterBadSumError(raw[4:])
	}
	if bytes.Equal(raw[:4], revenueSplitterFactory.abi.Errors["RevenueSplitter_Unsorted"].ID.Bytes()[:4]) {
		return revenueSplitterFactory.UnpackRevenueSplitterUnsortedError(raw[4:])
	}
	if bytes.Equal(raw[:4], revenueSplitterFactory.abi.Errors["RevenueSplitter_ZeroShare"].ID.Bytes()[:4]) {
		return revenueSplitterFactory.UnpackRevenueSplitterZeroShareError(raw[4:])
	}
	return nil, errors.New("unknown error")
}

// RevenueSplitterFactoryCloneArgumentsTooLong represents a CloneArgumentsTooLong error raised by the RevenueSplitterFactory contract.
type RevenueSplitterFactoryCloneArgumentsTooLong struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error CloneArgumentsTooLong()
func RevenueSplitterFactoryCloneArgumentsTooLongErrorID() common.Hash {
	return common.HexToHash("0x94289054871591d3430cc609d2f0e85b3474ba36313e71e06c09c95ae956555b")
}

// UnpackCloneArgumentsTooLongError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error CloneArgumentsTooLong()
func (revenueSplitterFactory *RevenueSplitterFactory) UnpackCloneArgumentsTooLongError(raw []byte) (*RevenueSplitterFactoryCloneArgumentsTooLong, error) {
	out := new(RevenueSplitterFactoryCloneArgumentsTooLong)
	if err := revenueSplitterFactory.abi.UnpackIntoInterface(out, "CloneArgumentsTooLong", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// RevenueSplitterFactoryCreate2EmptyBytecode represents a Create2EmptyBytecode error raised by the RevenueSplitterFactory contract.
type RevenueSplitterFactoryCreate2EmptyBytecode struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error Create2EmptyBytecode()
func RevenueSplitterFactoryCreate2EmptyBytecodeErrorID() common.Hash {
	return common.HexToHash("0x4ca249dcffe41558ef8b961d71c905e4fa4317a1663f377b9610642e4e0abdb6")
}

// UnpackCreate2EmptyBytecodeError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error Create2EmptyBytecode()
func (revenueSplitterFactory *RevenueSplitterFactory) UnpackCreate2EmptyBytecodeError(raw []byte) (*RevenueSplitterFactoryCreate2EmptyBytecode, error) {
	out := new(RevenueSplitterFactoryCreate2EmptyBytecode)
	if err := revenueSplitterFactory.abi.UnpackIntoInterface(out, "Create2EmptyBytecode", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// RevenueSplitterFactoryFailedDeployment represents a FailedDeployment error raised by the RevenueSplitterFactory contract.
type RevenueSplitterFactoryFailedDeployment struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error FailedDeployment()
func RevenueSplitterFactoryFailedDeploymentErrorID() common.Hash {
	return common.HexToHash("0xb06ebf3d5067824a3fe5d5ba19471e035a7de6c88dac362c77b162830a5b9093")
}

// UnpackFailedDeploymentError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error FailedDeployment()
func (revenueSplitterFactory *RevenueSplitterFactory) UnpackFailedDeploymentError(raw []byte) (*RevenueSplitterFactoryFailedDeployment, error) {
	out := new(RevenueSplitterFactoryFailedDeployment)
	if err := revenueSplitterFactory.abi.UnpackIntoInterface(out, "FailedDeployment", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// RevenueSplitterFactoryInsufficientBalance represents a InsufficientBalance error raised by the RevenueSplitterFactory contract.
type RevenueSplitterFactoryInsufficientBalance struct {
	Balance *big.Int
	Needed  *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error InsufficientBalance(uint256 balance, uint256 needed)
func RevenueSplitterFactoryInsufficientBalanceErrorID() common.Hash {
	return common.HexToHash("0xcf4791818fba6e019216eb4864093b4947f674afada5d305e57d598b641dad1d")
}

// UnpackInsufficientBalanceError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error InsufficientBalance(uint256 balance, uint256 needed)
func (revenueSplitterFactory *RevenueSplitterFactory) UnpackInsufficientBalanceError(raw []byte) (*RevenueSplitterFactoryInsufficientBalance, error) {
	out := new(RevenueSplitterFactoryInsufficientBalance)
	if err := revenueSplitterFactory.abi.UnpackIntoInterface(out, "InsufficientBalance", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// RevenueSplitterFactoryRevenueSplitterBadCount represents a RevenueSplitter_BadCount error raised by the RevenueSplitterFactory contract.
type RevenueSplitterFactoryRevenueSplitterBadCount struct {
	Recipients *big.Int
	Parts      *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error RevenueSplitter_BadCount(uint256 recipients, uint256 parts)
func RevenueSplitterFactoryRevenueSplitterBadCountErrorID() common.Hash {
	return common.HexToHash("0x2c5baf62e0367615559ea8d8722b6596afe8430c4a729de81448252ec98b2cf7")
}

// UnpackRevenueSplitterBadCountError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error RevenueSplitter_BadCount(uint256 recipients, uint256 parts)
func (revenueSplitterFactory *RevenueSplitterFactory) UnpackRevenueSplitterBadCountError(raw []byte) (*RevenueSplitterFactoryRevenueSplitterBadCount, error) {
	out := new(RevenueSplitterFactoryRevenueSplitterBadCount)
	if err := revenueSplitterFactory.abi.UnpackIntoInterface(out, "RevenueSplitter_BadCount", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// RevenueSplitterFactoryRevenueSplitterBadSum represents a RevenueSplitter_BadSum error raised by the RevenueSplitterFactory contract.
type RevenueSplitterFactoryRevenueSplitterBadSum struct {
	Sum *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error RevenueSplitter_BadSum(uint256 sum)
func RevenueSplitterFactoryRevenueSplitterBadSumErrorID() common.Hash {
	return common.HexToHash("0x90caacea7b839ef5a3734940e6822a7fc57d9600c202b1f23b8ea968e5e4f426")
}

// UnpackRevenueSplitterBadSumError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error RevenueSplitter_BadSum(uint256 sum)
func (revenueSplitterFactory *RevenueSplitterFactory) UnpackRevenueSplitterBadSumError(raw []byte) (*RevenueSplitterFactoryRevenueSplitterBadSum, error) {
	out := new(RevenueSplitterFactoryRevenueSplitterBadSum)
	if err := revenueSplitterFactory.abi.UnpackIntoInterface(out, "RevenueSplitter_BadSum", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// RevenueSplitterFactoryRevenueSplitterUnsorted represents a RevenueSplitter_Unsorted error raised by the RevenueSplitterFactory contract.
type RevenueSplitterFactoryRevenueSplitterUnsorted struct {
	Index     *big.Int
	Recipient common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error RevenueSplitter_Unsorted(uint256 index, address recipient)
func RevenueSplitterFactoryRevenueSplitterUnsortedErrorID() common.Hash {
	return common.HexToHash("0xc9ecf5578ef22dea4a510bb9b9410f5681de047dfe7b8861c7718e3538bd736a")
}

// UnpackRevenueSplitterUnsortedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error RevenueSplitter_Unsorted(uint256 index, address recipient)
func (revenueSplitterFactory *RevenueSplitterFactory) UnpackRevenueSplitterUnsortedError(raw []byte) (*RevenueSplitterFactoryRevenueSplitterUnsorted, error) {
	out := new(RevenueSplitterFactoryRevenueSplitterUnsorted)
	if err := revenueSplitterFactory.abi.UnpackIntoInterface(out, "RevenueSplitter_Unsorted", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// RevenueSplitterFactoryRevenueSplitterZeroShare represents a RevenueSplitter_ZeroShare error raised by the RevenueSplitterFactory contract.
type RevenueSplitterFactoryRevenueSplitterZeroShare struct {
	Index *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error RevenueSplitter_ZeroShare(uint256 index)
func RevenueSplitterFactoryRevenueSplitterZeroShareErrorID() common.Hash {
	return common.HexToHash("0x473b60492d2cbea155ae3c3dd764bd1ae049ee2a769c854ae73429085c8c1691")
}

// UnpackRevenueSplitterZeroShareError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error RevenueSplitter_ZeroShare(uint256 index)
func (revenueSplitterFactory *RevenueSplitterFactory) UnpackRevenueSplitterZeroShareError(raw []byte) (*RevenueSplitterFactoryRevenueSplitterZeroShare, error) {
	out := new(RevenueSplitterFactoryRevenueSplitterZeroShare)
	if err := revenueSplitterFactory.abi.UnpackIntoInterface(out, "RevenueSplitter_ZeroShare", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// SchemaRegistryMetaData contains all meta data concerning the SchemaRegistry contract.
var SchemaRegistryMetaData = bind.MetaData{
	ABI: "[{\"inputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"constructor\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"bytes32\",\"name\":\"uid\",\"type\":\"bytes32\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"registerer\",\"type\":\"address\"},{\"components\":[{\"internalType\":\"bytes32\",\"name\":\"uid\",\"type\":\"bytes32\"},{\"internalType\":\"contractISchemaResolver\",\"name\":\"resolver\",\"type\":\"address\"},{\"internalType\":\"bool\",\"name\":\"revocable\",\"type\":\"bool\"},{\"internalType\":\"string\",\"name\":\"schema\",\"type\":\"string\"}],\"indexed\":false,\"internalType\":\"structSchemaRecord\",\"name\":\"schema\",\"type\":\"tuple\"}],\"name\":\"Registered\",\"type\":\"event\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"uid\",\"type\":\"bytes32\"}],\"name\":\"getSchema\",\"outputs\":[{\"components\":[{\"internalType\":\"bytes32\",\"name\":\"uid\",\"type\":\"bytes32\"},{\"internalType\":\"contractISchemaResolver\",\"name\":\"resolver\",\"type\":\"address\"},{\"internalType\":\"bool\",\"name\":\"revocable\",\"type\":\"bool\"},{\"internalType\":\"string\",\"name\":\"schema\",\"type\":\"string\"}],\"internalType\":\"structSchemaRecord\",\"name\":\"\",\"type\":\"tuple\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"string\",\"name\":\"schema\",\"type\":\"string\"},{\"internalType\":\"contractISchemaResolver\",\"name\":\"resolver\",\"type\":\"address\"},{\"internalType\":\"bool\",\"name\":\"revocable\",\"type\":\"bool\"}],\"name\":\"register\",\"outputs\":[{\"internalType\":\"bytes32\",\"name\":\"\",\"type\":\"bytes32\"}],\"stateMutability\":\"nonpayable\",\"type\":\"function\"}]",
	ID:  "SchemaRegistry",
}

// SchemaRegistry is an auto generated Go binding around an Ethereum contract.
type SchemaRegistry struct {
	abi abi.ABI
}

// GetABI returns the ABI associated with this contract binding.
func (c *SchemaRegistry) GetABI() abi.ABI {
	return c.abi
}

// NewSchemaRegistry creates a new instance of SchemaRegistry.
func NewSchemaRegistry() *SchemaRegistry {
	parsed, err := SchemaRegistryMetaData.ParseABI()
	if err != nil {
		panic(errors.New("invalid ABI: " + err.Error()))
	}
	return &SchemaRegistry{abi: *parsed}
}

// Instance creates a wrapper for a deployed contract instance at the given address.
// Use this to create the instance object passed to abigen v2 library functions Call, Transact, etc.
func (c *SchemaRegistry) Instance(backend bind.ContractBackend, addr common.Address) *bind.BoundContract {
	return bind.NewBoundContract(addr, c.abi, backend, backend, backend)
}

// PackGetSchema is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xa2ea7c6e.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function getSchema(bytes32 uid) view returns((bytes32,address,bool,string))
func (schemaRegistry *SchemaRegistry) PackGetSchema(uid [32]byte) []byte {
	enc, err := schemaRegistry.abi.Pack("getSchema", uid)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackGetSchema is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xa2ea7c6e.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function getSchema(bytes32 uid) view returns((bytes32,address,bool,string))
func (schemaRegistry *SchemaRegistry) TryPackGetSchema(uid [32]byte) ([]byte, error) {
	return schemaRegistry.abi.Pack("getSchema", uid)
}

// UnpackGetSchema is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xa2ea7c6e.
//
// Solidity: function getSchema(bytes32 uid) view returns((bytes32,address,bool,string))
func (schemaRegistry *SchemaRegistry) UnpackGetSchema(data []byte) (SchemaRecord, error) {
	out, err := schemaRegistry.abi.Unpack("getSchema", data)
	if err != nil {
		return *new(SchemaRecord), err
	}
	out0 := *abi.ConvertType(out[0], new(SchemaRecord)).(*SchemaRecord)
	return out0, nil
}

// PackRegister is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x60d7a278.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function register(string schema, address resolver, bool revocable) returns(bytes32)
func (schemaRegistry *SchemaRegistry) PackRegister(schema string, resolver common.Address, revocable bool) []byte {
	enc, err := schemaRegistry.abi.Pack("register", schema, resolver, revocable)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackRegister is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x60d7a278.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function register(string schema, address resolver, bool revocable) returns(bytes32)
func (schemaRegistry *SchemaRegistry) TryPackRegister(schema string, resolver common.Address, revocable bool) ([]byte, error) {
	return schemaRegistry.abi.Pack("register", schema, resolver, revocable)
}

// UnpackRegister is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x60d7a278.
//
// Solidity: function register(string schema, address resolver, bool revocable) returns(bytes32)
func (schemaRegistry *SchemaRegistry) UnpackRegister(data []byte) ([32]byte, error) {
	out, err := schemaRegistry.abi.Unpack("register", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// SchemaRegistryRegistered represents a Registered event raised by the SchemaRegistry contract.
type SchemaRegistryRegistered struct {
	Uid        [32]byte
	Registerer common.Address
	Schema     SchemaRecord
	Raw        *types.Log // Blockchain specific contextual infos
}

const SchemaRegistryRegisteredEventName = "Registered"

// ContractEventName returns the user-defined event name.
func (SchemaRegistryRegistered) ContractEventName() string {
	return SchemaRegistryRegisteredEventName
}

// UnpackRegisteredEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Registered(bytes32 indexed uid, address indexed registerer, (bytes32,address,bool,string) schema)
func (schemaRegistry *SchemaRegistry) UnpackRegisteredEvent(log *types.Log) (*SchemaRegistryRegistered, error) {
	event := "Registered"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != schemaRegistry.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(SchemaRegistryRegistered)
	if len(log.Data) > 0 {
		if err := schemaRegistry.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range schemaRegistry.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// UsageControllerMetaData contains all meta data concerning the UsageController contract.
var UsageControllerMetaData = bind.MetaData{
	ABI: "[{\"type\":\"constructor\",\"inputs\":[{\"name\":\"pass_\",\"type\":\"address\",\"internalType\":\"contractIUsagePass\"},{\"name\":\"authority\",\"type\":\"address\",\"internalType\":\"address\"}],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"authority\",\"inputs\":[],\"outputs\":[{\"name\":\"\",\"type\":\"address\",\"internalType\":\"address\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"buy\",\"inputs\":[{\"name\":\"plan\",\"type\":\"bytes32\",\"internalType\":\"PlanId\"},{\"name\":\"units\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"to\",\"type\":\"address\",\"internalType\":\"address\"}],\"outputs\":[],\"stateMutability\":\"payable\"},{\"type\":\"function\",\"name\":\"buyWithAuthorization\",\"inputs\":[{\"name\":\"plan\",\"type\":\"bytes32\",\"internalType\":\"PlanId\"},{\"name\":\"units\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"to\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"salt\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"},{\"name\":\"authorization\",\"type\":\"tuple\",\"internalType\":\"structITill.Authorization\",\"components\":[{\"name\":\"from\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"validAfter\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"validBefore\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"v\",\"type\":\"uint8\",\"internalType\":\"uint8\"},{\"name\":\"r\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"},{\"name\":\"s\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"}]}],\"outputs\":[],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"buyWithPermit\",\"inputs\":[{\"name\":\"plan\",\"type\":\"bytes32\",\"internalType\":\"PlanId\"},{\"name\":\"units\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"to\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"deadline\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"v\",\"type\":\"uint8\",\"internalType\":\"uint8\"},{\"name\":\"r\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"},{\"name\":\"s\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"}],\"outputs\":[],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"close\",\"inputs\":[{\"name\":\"ref\",\"type\":\"tuple\",\"internalType\":\"structIUsageController.SessionRef\",\"components\":[{\"name\":\"plan\",\"type\":\"bytes32\",\"internalType\":\"PlanId\"},{\"name\":\"operator\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"number\",\"type\":\"uint64\",\"internalType\":\"uint64\"}]},{\"name\":\"asPasses\",\"type\":\"bool\",\"internalType\":\"bool\"}],\"outputs\":[],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"creditOf\",\"inputs\":[{\"name\":\"token\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"account\",\"type\":\"address\",\"internalType\":\"address\"}],\"outputs\":[{\"name\":\"\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"eip712Domain\",\"inputs\":[],\"outputs\":[{\"name\":\"fields\",\"type\":\"bytes1\",\"internalType\":\"bytes1\"},{\"name\":\"name\",\"type\":\"string\",\"internalType\":\"string\"},{\"name\":\"version\",\"type\":\"string\",\"internalType\":\"string\"},{\"name\":\"chainId\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"verifyingContract\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"salt\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"},{\"name\":\"extensions\",\"type\":\"uint256[]\",\"internalType\":\"uint256[]\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"isAllowed\",\"inputs\":[{\"name\":\"token\",\"type\":\"address\",\"internalType\":\"address\"}],\"outputs\":[{\"name\":\"\",\"type\":\"bool\",\"internalType\":\"bool\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"isConsumingScheduledOp\",\"inputs\":[],\"outputs\":[{\"name\":\"\",\"type\":\"bytes4\",\"internalType\":\"bytes4\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"isSigner\",\"inputs\":[{\"name\":\"operator\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"signer\",\"type\":\"address\",\"internalType\":\"address\"}],\"outputs\":[{\"name\":\"\",\"type\":\"bool\",\"internalType\":\"bool\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"newSessionsPaused\",\"inputs\":[],\"outputs\":[{\"name\":\"\",\"type\":\"bool\",\"internalType\":\"bool\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"openSession\",\"inputs\":[{\"name\":\"terms\",\"type\":\"tuple\",\"internalType\":\"structIUsageController.SessionTerms\",\"components\":[{\"name\":\"payer\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"operator\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"plan\",\"type\":\"bytes32\",\"internalType\":\"PlanId\"},{\"name\":\"sessionKey\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"units\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"end\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"salt\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"}]}],\"outputs\":[{\"name\":\"\",\"type\":\"bytes32\",\"internalType\":\"SessionId\"}],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"openSessionBySig\",\"inputs\":[{\"name\":\"terms\",\"type\":\"tuple\",\"internalType\":\"structIUsageController.SessionTerms\",\"components\":[{\"name\":\"payer\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"operator\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"plan\",\"type\":\"bytes32\",\"internalType\":\"PlanId\"},{\"name\":\"sessionKey\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"units\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"end\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"salt\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"}]},{\"name\":\"signature\",\"type\":\"bytes\",\"internalType\":\"bytes\"}],\"outputs\":[{\"name\":\"\",\"type\":\"bytes32\",\"internalType\":\"SessionId\"}],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"openSessionPaying\",\"inputs\":[{\"name\":\"terms\",\"type\":\"tuple\",\"internalType\":\"structIUsageController.SessionTerms\",\"components\":[{\"name\":\"payer\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"operator\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"plan\",\"type\":\"bytes32\",\"internalType\":\"PlanId\"},{\"name\":\"sessionKey\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"units\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"end\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"salt\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"}]}],\"outputs\":[{\"name\":\"\",\"type\":\"bytes32\",\"internalType\":\"SessionId\"}],\"stateMutability\":\"payable\"},{\"type\":\"function\",\"name\":\"openSessionWithAuthorization\",\"inputs\":[{\"name\":\"terms\",\"type\":\"tuple\",\"internalType\":\"structIUsageController.SessionTerms\",\"components\":[{\"name\":\"payer\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"operator\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"plan\",\"type\":\"bytes32\",\"internalType\":\"PlanId\"},{\"name\":\"sessionKey\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"units\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"end\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"salt\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"}]},{\"name\":\"authorization\",\"type\":\"tuple\",\"internalType\":\"structITill.Authorization\",\"components\":[{\"name\":\"from\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"validAfter\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"validBefore\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"v\",\"type\":\"uint8\",\"internalType\":\"uint8\"},{\"name\":\"r\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"},{\"name\":\"s\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"}]}],\"outputs\":[{\"name\":\"\",\"type\":\"bytes32\",\"internalType\":\"SessionId\"}],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"openingHash\",\"inputs\":[{\"name\":\"terms\",\"type\":\"tuple\",\"internalType\":\"structIUsageController.SessionTerms\",\"components\":[{\"name\":\"payer\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"operator\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"plan\",\"type\":\"bytes32\",\"internalType\":\"PlanId\"},{\"name\":\"sessionKey\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"units\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"end\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"salt\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"}]}],\"outputs\":[{\"name\":\"\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"pass\",\"inputs\":[],\"outputs\":[{\"name\":\"\",\"type\":\"address\",\"internalType\":\"contractIUsagePass\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"pauseNewSessions\",\"inputs\":[{\"name\":\"paused\",\"type\":\"bool\",\"internalType\":\"bool\"}],\"outputs\":[],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"redeem\",\"inputs\":[{\"name\":\"batches\",\"type\":\"tuple[]\",\"internalType\":\"structIUsageController.Batch[]\",\"components\":[{\"name\":\"plan\",\"type\":\"bytes32\",\"internalType\":\"PlanId\"},{\"name\":\"operator\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"providers\",\"type\":\"address[]\",\"internalType\":\"address[]\"},{\"name\":\"vouchers\",\"type\":\"bytes\",\"internalType\":\"bytes\"}]}],\"outputs\":[],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"refund\",\"inputs\":[{\"name\":\"plan\",\"type\":\"bytes32\",\"internalType\":\"PlanId\"},{\"name\":\"units\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"outputs\":[],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"requestClose\",\"inputs\":[{\"name\":\"ref\",\"type\":\"tuple\",\"internalType\":\"structIUsageController.SessionRef\",\"components\":[{\"name\":\"plan\",\"type\":\"bytes32\",\"internalType\":\"PlanId\"},{\"name\":\"operator\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"number\",\"type\":\"uint64\",\"internalType\":\"uint64\"}]}],\"outputs\":[],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"sessionId\",\"inputs\":[{\"name\":\"ref\",\"type\":\"tuple\",\"internalType\":\"structIUsageController.SessionRef\",\"components\":[{\"name\":\"plan\",\"type\":\"bytes32\",\"internalType\":\"PlanId\"},{\"name\":\"operator\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"number\",\"type\":\"uint64\",\"internalType\":\"uint64\"}]}],\"outputs\":[{\"name\":\"\",\"type\":\"bytes32\",\"internalType\":\"SessionId\"}],\"stateMutability\":\"pure\"},{\"type\":\"function\",\"name\":\"sessionNumber\",\"inputs\":[{\"name\":\"payer\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"salt\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"}],\"outputs\":[{\"name\":\"\",\"type\":\"uint64\",\"internalType\":\"uint64\"}],\"stateMutability\":\"pure\"},{\"type\":\"function\",\"name\":\"sessionOf\",\"inputs\":[{\"name\":\"session\",\"type\":\"bytes32\",\"internalType\":\"SessionId\"}],\"outputs\":[{\"name\":\"\",\"type\":\"tuple\",\"internalType\":\"structIUsageController.Session\",\"components\":[{\"name\":\"sessionKey\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"redeemed\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"saved\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"payer\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"end\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"units\",\"type\":\"uint32\",\"internalType\":\"uint32\"}]}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"setAuthority\",\"inputs\":[{\"name\":\"newAuthority\",\"type\":\"address\",\"internalType\":\"address\"}],\"outputs\":[],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"setSigner\",\"inputs\":[{\"name\":\"signer\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"allowed\",\"type\":\"bool\",\"internalType\":\"bool\"}],\"outputs\":[],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"setToken\",\"inputs\":[{\"name\":\"token\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"allowed\",\"type\":\"bool\",\"internalType\":\"bool\"}],\"outputs\":[],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"voucherHash\",\"inputs\":[{\"name\":\"session\",\"type\":\"bytes32\",\"internalType\":\"SessionId\"},{\"name\":\"units\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"transcript\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"}],\"outputs\":[{\"name\":\"\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"withdraw\",\"inputs\":[{\"name\":\"token\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"account\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"to\",\"type\":\"address\",\"internalType\":\"address\"}],\"outputs\":[{\"name\":\"amount\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"stateMutability\":\"nonpayable\"},{\"type\":\"event\",\"name\":\"AuthorityUpdated\",\"inputs\":[{\"name\":\"authority\",\"type\":\"address\",\"indexed\":false,\"internalType\":\"address\"}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"Bought\",\"inputs\":[{\"name\":\"plan\",\"type\":\"bytes32\",\"indexed\":true,\"internalType\":\"PlanId\"},{\"name\":\"payer\",\"type\":\"address\",\"indexed\":true,\"internalType\":\"address\"},{\"name\":\"to\",\"type\":\"address\",\"indexed\":true,\"internalType\":\"address\"},{\"name\":\"units\",\"type\":\"uint256\",\"indexed\":false,\"internalType\":\"uint256\"},{\"name\":\"cost\",\"type\":\"uint256\",\"indexed\":false,\"internalType\":\"uint256\"}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"Credited\",\"inputs\":[{\"name\":\"token\",\"type\":\"address\",\"indexed\":true,\"internalType\":\"address\"},{\"name\":\"account\",\"type\":\"address\",\"indexed\":true,\"internalType\":\"address\"},{\"name\":\"amount\",\"type\":\"uint256\",\"indexed\":false,\"internalType\":\"uint256\"}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"EIP712DomainChanged\",\"inputs\":[],\"anonymous\":false},{\"type\":\"event\",\"name\":\"NewSessionsPaused\",\"inputs\":[{\"name\":\"paused\",\"type\":\"bool\",\"indexed\":false,\"internalType\":\"bool\"}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"Redeemed\",\"inputs\":[{\"name\":\"plan\",\"type\":\"bytes32\",\"indexed\":true,\"internalType\":\"PlanId\"},{\"name\":\"operator\",\"type\":\"address\",\"indexed\":true,\"internalType\":\"address\"},{\"name\":\"units\",\"type\":\"uint256\",\"indexed\":false,\"internalType\":\"uint256\"},{\"name\":\"items\",\"type\":\"bytes\",\"indexed\":false,\"internalType\":\"bytes\"}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"Refunded\",\"inputs\":[{\"name\":\"plan\",\"type\":\"bytes32\",\"indexed\":true,\"internalType\":\"PlanId\"},{\"name\":\"holder\",\"type\":\"address\",\"indexed\":true,\"internalType\":\"address\"},{\"name\":\"units\",\"type\":\"uint256\",\"indexed\":false,\"internalType\":\"uint256\"},{\"name\":\"amount\",\"type\":\"uint256\",\"indexed\":false,\"internalType\":\"uint256\"}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"SessionClosed\",\"inputs\":[{\"name\":\"session\",\"type\":\"bytes32\",\"indexed\":true,\"internalType\":\"SessionId\"},{\"name\":\"units\",\"type\":\"uint32\",\"indexed\":false,\"internalType\":\"uint32\"},{\"name\":\"saved\",\"type\":\"uint64\",\"indexed\":false,\"internalType\":\"uint64\"},{\"name\":\"asPasses\",\"type\":\"bool\",\"indexed\":false,\"internalType\":\"bool\"}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"SessionEnding\",\"inputs\":[{\"name\":\"session\",\"type\":\"bytes32\",\"indexed\":true,\"internalType\":\"SessionId\"},{\"name\":\"end\",\"type\":\"uint32\",\"indexed\":false,\"internalType\":\"uint32\"}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"SessionOpened\",\"inputs\":[{\"name\":\"session\",\"type\":\"bytes32\",\"indexed\":true,\"internalType\":\"SessionId\"},{\"name\":\"payer\",\"type\":\"address\",\"indexed\":true,\"internalType\":\"address\"},{\"name\":\"operator\",\"type\":\"address\",\"indexed\":true,\"internalType\":\"address\"},{\"name\":\"plan\",\"type\":\"bytes32\",\"indexed\":false,\"internalType\":\"PlanId\"},{\"name\":\"number\",\"type\":\"uint64\",\"indexed\":false,\"internalType\":\"uint64\"},{\"name\":\"sessionKey\",\"type\":\"address\",\"indexed\":false,\"internalType\":\"address\"},{\"name\":\"units\",\"type\":\"uint32\",\"indexed\":false,\"internalType\":\"uint32\"},{\"name\":\"end\",\"type\":\"uint32\",\"indexed\":false,\"internalType\":\"uint32\"}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"SignerSet\",\"inputs\":[{\"name\":\"operator\",\"type\":\"address\",\"indexed\":true,\"internalType\":\"address\"},{\"name\":\"signer\",\"type\":\"address\",\"indexed\":true,\"internalType\":\"address\"},{\"name\":\"allowed\",\"type\":\"bool\",\"indexed\":false,\"internalType\":\"bool\"}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"TokenSet\",\"inputs\":[{\"name\":\"token\",\"type\":\"address\",\"indexed\":true,\"internalType\":\"address\"},{\"name\":\"allowed\",\"type\":\"bool\",\"indexed\":false,\"internalType\":\"bool\"}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"VoucherSkipped\",\"inputs\":[{\"name\":\"session\",\"type\":\"bytes32\",\"indexed\":true,\"internalType\":\"SessionId\"},{\"name\":\"reason\",\"type\":\"uint8\",\"indexed\":false,\"internalType\":\"enumIUsageController.Skip\"},{\"name\":\"units\",\"type\":\"uint256\",\"indexed\":false,\"internalType\":\"uint256\"}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"Withdrawn\",\"inputs\":[{\"name\":\"token\",\"type\":\"address\",\"indexed\":true,\"internalType\":\"address\"},{\"name\":\"account\",\"type\":\"address\",\"indexed\":true,\"internalType\":\"address\"},{\"name\":\"to\",\"type\":\"address\",\"indexed\":false,\"internalType\":\"address\"},{\"name\":\"amount\",\"type\":\"uint256\",\"indexed\":false,\"internalType\":\"uint256\"}],\"anonymous\":false},{\"type\":\"error\",\"name\":\"AccessManagedInvalidAuthority\",\"inputs\":[{\"name\":\"authority\",\"type\":\"address\",\"internalType\":\"address\"}]},{\"type\":\"error\",\"name\":\"AccessManagedRequiredDelay\",\"inputs\":[{\"name\":\"caller\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"delay\",\"type\":\"uint32\",\"internalType\":\"uint32\"}]},{\"type\":\"error\",\"name\":\"AccessManagedUnauthorized\",\"inputs\":[{\"name\":\"caller\",\"type\":\"address\",\"internalType\":\"address\"}]},{\"type\":\"error\",\"name\":\"FailedCall\",\"inputs\":[]},{\"type\":\"error\",\"name\":\"InsufficientBalance\",\"inputs\":[{\"name\":\"balance\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"needed\",\"type\":\"uint256\",\"internalType\":\"uint256\"}]},{\"type\":\"error\",\"name\":\"InvalidShortString\",\"inputs\":[]},{\"type\":\"error\",\"name\":\"ReentrancyGuardReentrantCall\",\"inputs\":[]},{\"type\":\"error\",\"name\":\"SafeERC20FailedOperation\",\"inputs\":[{\"name\":\"token\",\"type\":\"address\",\"internalType\":\"address\"}]},{\"type\":\"error\",\"name\":\"StringTooLong\",\"inputs\":[{\"name\":\"str\",\"type\":\"string\",\"internalType\":\"string\"}]},{\"type\":\"error\",\"name\":\"Till_NotAccount\",\"inputs\":[{\"name\":\"caller\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"account\",\"type\":\"address\",\"internalType\":\"address\"}]},{\"type\":\"error\",\"name\":\"Till_NothingToWithdraw\",\"inputs\":[{\"name\":\"token\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"account\",\"type\":\"address\",\"internalType\":\"address\"}]},{\"type\":\"error\",\"name\":\"Till_WrongAmount\",\"inputs\":[{\"name\":\"token\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"arrived\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"cost\",\"type\":\"uint256\",\"internalType\":\"uint256\"}]},{\"type\":\"error\",\"name\":\"Till_WrongValue\",\"inputs\":[{\"name\":\"sent\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"cost\",\"type\":\"uint256\",\"internalType\":\"uint256\"}]},{\"type\":\"error\",\"name\":\"Till_ZeroAddress\",\"inputs\":[]},{\"type\":\"error\",\"name\":\"UsageController_BadEnd\",\"inputs\":[{\"name\":\"end\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"time\",\"type\":\"uint256\",\"internalType\":\"uint256\"}]},{\"type\":\"error\",\"name\":\"UsageController_BadSignature\",\"inputs\":[{\"name\":\"payer\",\"type\":\"address\",\"internalType\":\"address\"}]},{\"type\":\"error\",\"name\":\"UsageController_Malformed\",\"inputs\":[{\"name\":\"left\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"needed\",\"type\":\"uint256\",\"internalType\":\"uint256\"}]},{\"type\":\"error\",\"name\":\"UsageController_NoSession\",\"inputs\":[{\"name\":\"session\",\"type\":\"bytes32\",\"internalType\":\"SessionId\"}]},{\"type\":\"error\",\"name\":\"UsageController_NoUnits\",\"inputs\":[]},{\"type\":\"error\",\"name\":\"UsageController_NotOperator\",\"inputs\":[{\"name\":\"operator\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"caller\",\"type\":\"address\",\"internalType\":\"address\"}]},{\"type\":\"error\",\"name\":\"UsageController_NotParty\",\"inputs\":[{\"name\":\"session\",\"type\":\"bytes32\",\"internalType\":\"SessionId\"},{\"name\":\"caller\",\"type\":\"address\",\"internalType\":\"address\"}]},{\"type\":\"error\",\"name\":\"UsageController_NotPayer\",\"inputs\":[{\"name\":\"caller\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"payer\",\"type\":\"address\",\"internalType\":\"address\"}]},{\"type\":\"error\",\"name\":\"UsageController_NotQuota\",\"inputs\":[{\"name\":\"units\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"quota\",\"type\":\"uint256\",\"internalType\":\"uint256\"}]},{\"type\":\"error\",\"name\":\"UsageController_Paused\",\"inputs\":[]},{\"type\":\"error\",\"name\":\"UsageController_SessionExists\",\"inputs\":[{\"name\":\"session\",\"type\":\"bytes32\",\"internalType\":\"SessionId\"}]},{\"type\":\"error\",\"name\":\"UsageController_StillOpen\",\"inputs\":[{\"name\":\"session\",\"type\":\"bytes32\",\"internalType\":\"SessionId\"},{\"name\":\"end\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"time\",\"type\":\"uint256\",\"internalType\":\"uint256\"}]},{\"type\":\"error\",\"name\":\"UsageController_Subscription\",\"inputs\":[{\"name\":\"plan\",\"type\":\"bytes32\",\"internalType\":\"PlanId\"}]},{\"type\":\"error\",\"name\":\"UsageController_TokenNotAllowed\",\"inputs\":[{\"name\":\"token\",\"type\":\"address\",\"internalType\":\"address\"}]},{\"type\":\"error\",\"name\":\"UsageController_TooLarge\",\"inputs\":[{\"name\":\"compute\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"most\",\"type\":\"uint256\",\"internalType\":\"uint256\"}]},{\"type\":\"error\",\"name\":\"UsageController_TooMany\",\"inputs\":[{\"name\":\"count\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"most\",\"type\":\"uint256\",\"internalType\":\"uint256\"}]},{\"type\":\"error\",\"name\":\"UsageController_UnknownProvider\",\"inputs\":[{\"name\":\"place\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"providers\",\"type\":\"uint256\",\"internalType\":\"uint256\"}]},{\"type\":\"error\",\"name\":\"UsageController_ZeroAddress\",\"inputs\":[]}]",
	ID:  "UsageController",
}

// UsageController is an auto generated Go binding around an Ethereum contract.
type UsageController struct {
	abi abi.ABI
}

// GetABI returns the ABI associated with this contract binding.
func (c *UsageController) GetABI() abi.ABI {
	return c.abi
}

// NewUsageController creates a new instance of UsageController.
func NewUsageController() *UsageController {
	parsed, err := UsageControllerMetaData.ParseABI()
	if err != nil {
		panic(errors.New("invalid ABI: " + err.Error()))
	}
	return &UsageController{abi: *parsed}
}

// Instance creates a wrapper for a deployed contract instance at the given address.
// Use this to create the instance object passed to abigen v2 library functions Call, Transact, etc.
func (c *UsageController) Instance(backend bind.ContractBackend, addr common.Address) *bind.BoundContract {
	return bind.NewBoundContract(addr, c.abi, backend, backend, backend)
}

// PackConstructor is the Go binding used to pack the parameters required for
// contract deployment.
//
// Solidity: constructor(address pass_, address authority) returns()
func (usageController *UsageController) PackConstructor(pass_ common.Address, authority common.Address) []byte {
	enc, err := usageController.abi.Pack("", pass_, authority)
	if err != nil {
		panic(err)
	}
	return enc
}

// PackAuthority is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xbf7e214f.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function authority() view returns(address)
func (usageController *UsageController) PackAuthority() []byte {
	enc, err := usageController.abi.Pack("authority")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackAuthority is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xbf7e214f.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function authority() view returns(address)
func (usageController *UsageController) TryPackAuthority() ([]byte, error) {
	return usageController.abi.Pack("authority")
}

// UnpackAuthority is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xbf7e214f.
//
// Solidity: function authority() view returns(address)
func (usageController *UsageController) UnpackAuthority(data []byte) (common.Address, error) {
	out, err := usageController.abi.Unpack("authority", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackBuy is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xe08745b3.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function buy(bytes32 plan, uint256 units, address to) payable returns()
func (usageController *UsageController) PackBuy(plan [32]byte, units *big.Int, to common.Address) []byte {
	enc, err := usageController.abi.Pack("buy", plan, units, to)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackBuy is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xe08745b3.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function buy(bytes32 plan, uint256 units, address to) payable returns()
func (usageController *UsageController) TryPackBuy(plan [32]byte, units *big.Int, to common.Address) ([]byte, error) {
	return usageController.abi.Pack("buy", plan, units, to)
}

// PackBuyWithAuthorization is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x2c983cae.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function buyWithAuthorization(bytes32 plan, uint256 units, address to, bytes32 salt, (address,uint256,uint256,uint8,bytes32,bytes32) authorization) returns()
func (usageController *UsageController) PackBuyWithAuthorization(plan [32]byte, units *big.Int, to common.Address, salt [32]byte, authorization ITillAuthorization) []byte {
	enc, err := usageController.abi.Pack("buyWithAuthorization", plan, units, to, salt, authorization)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackBuyWithAuthorization is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x2c983cae.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function buyWithAuthorization(bytes32 plan, uint256 units, address to, bytes32 salt, (address,uint256,uint256,uint8,bytes32,bytes32) authorization) returns()
func (usageController *UsageController) TryPackBuyWithAuthorization(plan [32]byte, units *big.Int, to common.Address, salt [32]byte, authorization ITillAuthorization) ([]byte, error) {
	return usageController.abi.Pack("buyWithAuthorization", plan, units, to, salt, authorization)
}

// PackBuyWithPermit is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x896c7d1b.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function buyWithPermit(bytes32 plan, uint256 units, address to, uint256 deadline, uint8 v, bytes32 r, bytes32 s) returns()
func (usageController *UsageController) PackBuyWithPermit(plan [32]byte, units *big.Int, to common.Address, deadline *big.Int, v uint8, r [32]byte, s [32]byte) []byte {
	enc, err := usageController.abi.Pack("buyWithPermit", plan, units, to, deadline, v, r, s)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackBuyWithPermit is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x896c7d1b.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function buyWithPermit(bytes32 plan, uint256 units, address to, uint256 deadline, uint8 v, bytes32 r, bytes32 s) returns()
func (usageController *UsageController) TryPackBuyWithPermit(plan [32]byte, units *big.Int, to common.Address, deadline *big.Int, v uint8, r [32]byte, s [32]byte) ([]byte, error) {
	return usageController.abi.Pack("buyWithPermit", plan, units, to, deadline, v, r, s)
}

// PackClose is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x788c37cd.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function close((bytes32,address,uint64) ref, bool asPasses) returns()
func (usageController *UsageController) PackClose(ref IUsageControllerSessionRef, asPasses bool) []byte {
	enc, err := usageController.abi.Pack("close", ref, asPasses)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackClose is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x788c37cd.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function close((bytes32,address,uint64) ref, bool asPasses) returns()
func (usageController *UsageController) TryPackClose(ref IUsageControllerSessionRef, asPasses bool) ([]byte, error) {
	return usageController.abi.Pack("close", ref, asPasses)
}

// PackCreditOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x035ec584.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function creditOf(address token, address account) view returns(uint256)
func (usageController *UsageController) PackCreditOf(token common.Address, account common.Address) []byte {
	enc, err := usageController.abi.Pack("creditOf", token, account)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackCreditOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x035ec584.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function creditOf(address token, address account) view returns(uint256)
func (usageController *UsageController) TryPackCreditOf(token common.Address, account common.Address) ([]byte, error) {
	return usageController.abi.Pack("creditOf", token, account)
}

// UnpackCreditOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x035ec584.
//
// Solidity: function creditOf(address token, address account) view returns(uint256)
func (usageController *UsageController) UnpackCreditOf(data []byte) (*big.Int, error) {
	out, err := usageController.abi.Unpack("creditOf", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackEip712Domain is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x84b0196e.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function eip712Domain() view returns(bytes1 fields, string name, string version, uint256 chainId, address verifyingContract, bytes32 salt, uint256[] extensions)
func (usageController *UsageController) PackEip712Domain() []byte {
	enc, err := usageController.abi.Pack("eip712Domain")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackEip712Domain is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x84b0196e.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function eip712Domain() view returns(bytes1 fields, string name, string version, uint256 chainId, address verifyingContract, bytes32 salt, uint256[] extensions)
func (usageController *UsageController) TryPackEip712Domain() ([]byte, error) {
	return usageController.abi.Pack("eip712Domain")
}

// UsageControllerEip712DomainOutput serves as a container for the return parameters of contract
// method Eip712Domain.
type UsageControllerEip712DomainOutput struct {
	Fields            [1]byte
	Name              string
	Version           string
	ChainId           *big.Int
	VerifyingContract common.Address
	Salt              [32]byte
	Extensions        []*big.Int
}

// UnpackEip712Domain is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x84b0196e.
//
// Solidity: function eip712Domain() view returns(bytes1 fields, string name, string version, uint256 chainId, address verifyingContract, bytes32 salt, uint256[] extensions)
func (usageController *UsageController) UnpackEip712Domain(data []byte) (UsageControllerEip712DomainOutput, error) {
	out, err := usageController.abi.Unpack("eip712Domain", data)
	outstruct := new(UsageControllerEip712DomainOutput)
	if err != nil {
		return *outstruct, err
	}
	outstruct.Fields = *abi.ConvertType(out[0], new([1]byte)).(*[1]byte)
	outstruct.Name = *abi.ConvertType(out[1], new(string)).(*string)
	outstruct.Version = *abi.ConvertType(out[2], new(string)).(*string)
	outstruct.ChainId = abi.ConvertType(out[3], new(big.Int)).(*big.Int)
	outstruct.VerifyingContract = *abi.ConvertType(out[4], new(common.Address)).(*common.Address)
	outstruct.Salt = *abi.ConvertType(out[5], new([32]byte)).(*[32]byte)
	outstruct.Extensions = *abi.ConvertType(out[6], new([]*big.Int)).(*[]*big.Int)
	return *outstruct, nil
}

// PackIsAllowed is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xbabcc539.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function isAllowed(address token) view returns(bool)
func (usageController *UsageController) PackIsAllowed(token common.Address) []byte {
	enc, err := usageController.abi.Pack("isAllowed", token)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackIsAllowed is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xbabcc539.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function isAllowed(address token) view returns(bool)
func (usageController *UsageController) TryPackIsAllowed(token common.Address) ([]byte, error) {
	return usageController.abi.Pack("isAllowed", token)
}

// UnpackIsAllowed is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xbabcc539.
//
// Solidity: function isAllowed(address token) view returns(bool)
func (usageController *UsageController) UnpackIsAllowed(data []byte) (bool, error) {
	out, err := usageController.abi.Unpack("isAllowed", data)
	if err != nil {
		return *new(bool), err
	}
	out0 := *abi.ConvertType(out[0], new(bool)).(*bool)
	return out0, nil
}

// PackIsConsumingScheduledOp is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x8fb36037.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function isConsumingScheduledOp() view returns(bytes4)
func (usageController *UsageController) PackIsConsumingScheduledOp() []byte {
	enc, err := usageController.abi.Pack("isConsumingScheduledOp")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackIsConsumingScheduledOp is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x8fb36037.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function isConsumingScheduledOp() view returns(bytes4)
func (usageController *UsageController) TryPackIsConsumingScheduledOp() ([]byte, error) {
	return usageController.abi.Pack("isConsumingScheduledOp")
}

// UnpackIsConsumingScheduledOp is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x8fb36037.
//
// Solidity: function isConsumingScheduledOp() view returns(bytes4)
func (usageController *UsageController) UnpackIsConsumingScheduledOp(data []byte) ([4]byte, error) {
	out, err := usageController.abi.Unpack("isConsumingScheduledOp", data)
	if err != nil {
		return *new([4]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([4]byte)).(*[4]byte)
	return out0, nil
}

// PackIsSigner is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x78b248e4.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function isSigner(address operator, address signer) view returns(bool)
func (usageController *UsageController) PackIsSigner(operator common.Address, signer common.Address) []byte {
	enc, err := usageController.abi.Pack("isSigner", operator, signer)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackIsSigner is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x78b248e4.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function isSigner(address operator, address signer) view returns(bool)
func (usageController *UsageController) TryPackIsSigner(operator common.Address, signer common.Address) ([]byte, error) {
	return usageController.abi.Pack("isSigner", operator, signer)
}

// UnpackIsSigner is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x78b248e4.
//
// Solidity: function isSigner(address operator, address signer) view returns(bool)
func (usageController *UsageController) UnpackIsSigner(data []byte) (bool, error) {
	out, err := usageController.abi.Unpack("isSigner", data)
	if err != nil {
		return *new(bool), err
	}
	out0 := *abi.ConvertType(out[0], new(bool)).(*bool)
	return out0, nil
}

// PackNewSessionsPaused is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xe2848f6d.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function newSessionsPaused() view returns(bool)
func (usageController *UsageController) PackNewSessionsPaused() []byte {
	enc, err := usageController.abi.Pack("newSessionsPaused")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackNewSessionsPaused is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xe2848f6d.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function newSessionsPaused() view returns(bool)
func (usageController *UsageController) TryPackNewSessionsPaused() ([]byte, error) {
	return usageController.abi.Pack("newSessionsPaused")
}

// UnpackNewSessionsPaused is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xe2848f6d.
//
// Solidity: function newSessionsPaused() view returns(bool)
func (usageController *UsageController) UnpackNewSessionsPaused(data []byte) (bool, error) {
	out, err := usageController.abi.Unpack("newSessionsPaused", data)
	if err != nil {
		return *new(bool), err
	}
	out0 := *abi.ConvertType(out[0], new(bool)).(*bool)
	return out0, nil
}

// PackOpenSession is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x6d6a2c46.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function openSession((address,address,bytes32,address,uint32,uint32,bytes32) terms) returns(bytes32)
func (usageController *UsageController) PackOpenSession(terms IUsageControllerSessionTerms) []byte {
	enc, err := usageController.abi.Pack("openSession", terms)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackOpenSession is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x6d6a2c46.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function openSession((address,address,bytes32,address,uint32,uint32,bytes32) terms) returns(bytes32)
func (usageController *UsageController) TryPackOpenSession(terms IUsageControllerSessionTerms) ([]byte, error) {
	return usageController.abi.Pack("openSession", terms)
}

// UnpackOpenSession is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x6d6a2c46.
//
// Solidity: function openSession((address,address,bytes32,address,uint32,uint32,bytes32) terms) returns(bytes32)
func (usageController *UsageController) UnpackOpenSession(data []byte) ([32]byte, error) {
	out, err := usageController.abi.Unpack("openSession", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackOpenSessionBySig is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd9e43ed7.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function openSessionBySig((address,address,bytes32,address,uint32,uint32,bytes32) terms, bytes signature) returns(bytes32)
func (usageController *UsageController) PackOpenSessionBySig(terms IUsageControllerSessionTerms, signature []byte) []byte {
	enc, err := usageController.abi.Pack("openSessionBySig", terms, signature)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackOpenSessionBySig is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd9e43ed7.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function openSessionBySig((address,address,bytes32,address,uint32,uint32,bytes32) terms, bytes signature) returns(bytes32)
func (usageController *UsageController) TryPackOpenSessionBySig(terms IUsageControllerSessionTerms, signature []byte) ([]byte, error) {
	return usageController.abi.Pack("openSessionBySig", terms, signature)
}

// UnpackOpenSessionBySig is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xd9e43ed7.
//
// Solidity: function openSessionBySig((address,address,bytes32,address,uint32,uint32,bytes32) terms, bytes signature) returns(bytes32)
func (usageController *UsageController) UnpackOpenSessionBySig(data []byte) ([32]byte, error) {
	out, err := usageController.abi.Unpack("openSessionBySig", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackOpenSessionPaying is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x79c3f720.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function openSessionPaying((address,address,bytes32,address,uint32,uint32,bytes32) terms) payable returns(bytes32)
func (usageController *UsageController) PackOpenSessionPaying(terms IUsageControllerSessionTerms) []byte {
	enc, err := usageController.abi.Pack("openSessionPaying", terms)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackOpenSessionPaying is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x79c3f720.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function openSessionPaying((address,address,bytes32,address,uint32,uint32,bytes32) terms) payable returns(bytes32)
func (usageController *UsageController) TryPackOpenSessionPaying(terms IUsageControllerSessionTerms) ([]byte, error) {
	return usageController.abi.Pack("openSessionPaying", terms)
}

// UnpackOpenSessionPaying is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x79c3f720.
//
// Solidity: function openSessionPaying((address,address,bytes32,address,uint32,uint32,bytes32) terms) payable returns(bytes32)
func (usageController *UsageController) UnpackOpenSessionPaying(data []byte) ([32]byte, error) {
	out, err := usageController.abi.Unpack("openSessionPaying", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackOpenSessionWithAuthorization is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xeb6b58fc.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function openSessionWithAuthorization((address,address,bytes32,address,uint32,uint32,bytes32) terms, (address,uint256,uint256,uint8,bytes32,bytes32) authorization) returns(bytes32)
func (usageController *UsageController) PackOpenSessionWithAuthorization(terms IUsageControllerSessionTerms, authorization ITillAuthorization) []byte {
	enc, err := usageController.abi.Pack("openSessionWithAuthorization", terms, authorization)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackOpenSessionWithAuthorization is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xeb6b58fc.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function openSessionWithAuthorization((address,address,bytes32,address,uint32,uint32,bytes32) terms, (address,uint256,uint256,uint8,bytes32,bytes32) authorization) returns(bytes32)
func (usageController *UsageController) TryPackOpenSessionWithAuthorization(terms IUsageControllerSessionTerms, authorization ITillAuthorization) ([]byte, error) {
	return usageController.abi.Pack("openSessionWithAuthorization", terms, authorization)
}

// UnpackOpenSessionWithAuthorization is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xeb6b58fc.
//
// Solidity: function openSessionWithAuthorization((address,address,bytes32,address,uint32,uint32,bytes32) terms, (address,uint256,uint256,uint8,bytes32,bytes32) authorization) returns(bytes32)
func (usageController *UsageController) UnpackOpenSessionWithAuthorization(data []byte) ([32]byte, error) {
	out, err := usageController.abi.Unpack("openSessionWithAuthorization", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackOpeningHash is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x547d5943.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function openingHash((address,address,bytes32,address,uint32,uint32,bytes32) terms) view returns(bytes32)
func (usageController *UsageController) PackOpeningHash(terms IUsageControllerSessionTerms) []byte {
	enc, err := usageController.abi.Pack("openingHash", terms)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackOpeningHash is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x547d5943.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function openingHash((address,address,bytes32,address,uint32,uint32,bytes32) terms) view returns(bytes32)
func (usageController *UsageController) TryPackOpeningHash(terms IUsageControllerSessionTerms) ([]byte, error) {
	return usageController.abi.Pack("openingHash", terms)
}

// UnpackOpeningHash is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x547d5943.
//
// Solidity: function openingHash((address,address,bytes32,address,uint32,uint32,bytes32) terms) view returns(bytes32)
func (usageController *UsageController) UnpackOpeningHash(data []byte) ([32]byte, error) {
	out, err := usageController.abi.Unpack("openingHash", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackPass is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xa7a1ed72.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function pass() view returns(address)
func (usageController *UsageController) PackPass() []byte {
	enc, err := usageController.abi.Pack("pass")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackPass is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xa7a1ed72.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function pass() view returns(address)
func (usageController *UsageController) TryPackPass() ([]byte, error) {
	return usageController.abi.Pack("pass")
}

// UnpackPass is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xa7a1ed72.
//
// Solidity: function pass() view returns(address)
func (usageController *UsageController) UnpackPass(data []byte) (common.Address, error) {
	out, err := usageController.abi.Unpack("pass", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackPauseNewSessions is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xaf1d3683.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function pauseNewSessions(bool paused) returns()
func (usageController *UsageController) PackPauseNewSessions(paused bool) []byte {
	enc, err := usageController.abi.Pack("pauseNewSessions", paused)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackPauseNewSessions is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xaf1d3683.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function pauseNewSessions(bool paused) returns()
func (usageController *UsageController) TryPackPauseNewSessions(paused bool) ([]byte, error) {
	return usageController.abi.Pack("pauseNewSessions", paused)
}

// PackRedeem is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xef208eee.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function redeem((bytes32,address,address[],bytes)[] batches) returns()
func (usageController *UsageController) PackRedeem(batches []IUsageControllerBatch) []byte {
	enc, err := usageController.abi.Pack("redeem", batches)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackRedeem is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xef208eee.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function redeem((bytes32,address,address[],bytes)[] batches) returns()
func (usageController *UsageController) TryPackRedeem(batches []IUsageControllerBatch) ([]byte, error) {
	return usageController.abi.Pack("redeem", batches)
}

// PackRefund is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x695eda19.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function refund(bytes32 plan, uint256 units) returns()
func (usageController *UsageController) PackRefund(plan [32]byte, units *big.Int) []byte {
	enc, err := usageController.abi.Pack("refund", plan, units)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackRefund is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x695eda19.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function refund(bytes32 plan, uint256 units) returns()
func (usageController *UsageController) TryPackRefund(plan [32]byte, units *big.Int) ([]byte, error) {
	return usageController.abi.Pack("refund", plan, units)
}

// PackRequestClose is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x68dbfa23.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function requestClose((bytes32,address,uint64) ref) returns()
func (usageController *UsageController) PackRequestClose(ref IUsageControllerSessionRef) []byte {
	enc, err := usageController.abi.Pack("requestClose", ref)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackRequestClose is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x68dbfa23.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function requestClose((bytes32,address,uint64) ref) returns()
func (usageController *UsageController) TryPackRequestClose(ref IUsageControllerSessionRef) ([]byte, error) {
	return usageController.abi.Pack("requestClose", ref)
}

// PackSessionId is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xe5ca141d.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function sessionId((bytes32,address,uint64) ref) pure returns(bytes32)
func (usageController *UsageController) PackSessionId(ref IUsageControllerSessionRef) []byte {
	enc, err := usageController.abi.Pack("sessionId", ref)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSessionId is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xe5ca141d.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function sessionId((bytes32,address,uint64) ref) pure returns(bytes32)
func (usageController *UsageController) TryPackSessionId(ref IUsageControllerSessionRef) ([]byte, error) {
	return usageController.abi.Pack("sessionId", ref)
}

// UnpackSessionId is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xe5ca141d.
//
// Solidity: function sessionId((bytes32,address,uint64) ref) pure returns(bytes32)
func (usageController *UsageController) UnpackSessionId(data []byte) ([32]byte, error) {
	out, err := usageController.abi.Unpack("sessionId", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackSessionNumber is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x5c364956.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function sessionNumber(address payer, bytes32 salt) pure returns(uint64)
func (usageController *UsageController) PackSessionNumber(payer common.Address, salt [32]byte) []byte {
	enc, err := usageController.abi.Pack("sessionNumber", payer, salt)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSessionNumber is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x5c364956.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function sessionNumber(address payer, bytes32 salt) pure returns(uint64)
func (usageController *UsageController) TryPackSessionNumber(payer common.Address, salt [32]byte) ([]byte, error) {
	return usageController.abi.Pack("sessionNumber", payer, salt)
}

// UnpackSessionNumber is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x5c364956.
//
// Solidity: function sessionNumber(address payer, bytes32 salt) pure returns(uint64)
func (usageController *UsageController) UnpackSessionNumber(data []byte) (uint64, error) {
	out, err := usageController.abi.Unpack("sessionNumber", data)
	if err != nil {
		return *new(uint64), err
	}
	out0 := *abi.ConvertType(out[0], new(uint64)).(*uint64)
	return out0, nil
}

// PackSessionOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x87c9c460.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function sessionOf(bytes32 session) view returns((address,uint32,uint64,address,uint32,uint32))
func (usageController *UsageController) PackSessionOf(session [32]byte) []byte {
	enc, err := usageController.abi.Pack("sessionOf", session)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSessionOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x87c9c460.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function sessionOf(bytes32 session) view returns((address,uint32,uint64,address,uint32,uint32))
func (usageController *UsageController) TryPackSessionOf(session [32]byte) ([]byte, error) {
	return usageController.abi.Pack("sessionOf", session)
}

// UnpackSessionOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x87c9c460.
//
// Solidity: function sessionOf(bytes32 session) view returns((address,uint32,uint64,address,uint32,uint32))
func (usageController *UsageController) UnpackSessionOf(data []byte) (IUsageControllerSession, error) {
	out, err := usageController.abi.Unpack("sessionOf", data)
	if err != nil {
		return *new(IUsageControllerSession), err
	}
	out0 := *abi.ConvertType(out[0], new(IUsageControllerSession)).(*IUsageControllerSession)
	return out0, nil
}

// PackSetAuthority is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7a9e5e4b.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function setAuthority(address newAuthority) returns()
func (usageController *UsageController) PackSetAuthority(newAuthority common.Address) []byte {
	enc, err := usageController.abi.Pack("setAuthority", newAuthority)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSetAuthority is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7a9e5e4b.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function setAuthority(address newAuthority) returns()
func (usageController *UsageController) TryPackSetAuthority(newAuthority common.Address) ([]byte, error) {
	return usageController.abi.Pack("setAuthority", newAuthority)
}

// PackSetSigner is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x31cb6105.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function setSigner(address signer, bool allowed) returns()
func (usageController *UsageController) PackSetSigner(signer common.Address, allowed bool) []byte {
	enc, err := usageController.abi.Pack("setSigner", signer, allowed)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSetSigner is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x31cb6105.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function setSigner(address signer, bool allowed) returns()
func (usageController *UsageController) TryPackSetSigner(signer common.Address, allowed bool) ([]byte, error) {
	return usageController.abi.Pack("setSigner", signer, allowed)
}

// PackSetToken is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x3816a292.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function setToken(address token, bool allowed) returns()
func (usageController *UsageController) PackSetToken(token common.Address, allowed bool) []byte {
	enc, err := usageController.abi.Pack("setToken", token, allowed)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSetToken is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x3816a292.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function setToken(address token, bool allowed) returns()
func (usageController *UsageController) TryPackSetToken(token common.Address, allowed bool) ([]byte, error) {
	return usageController.abi.Pack("setToken", token, allowed)
}

// PackVoucherHash is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x9fbdf9af.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function voucherHash(bytes32 session, uint32 units, bytes32 transcript) view returns(bytes32)
func (usageController *UsageController) PackVoucherHash(session [32]byte, units uint32, transcript [32]byte) []byte {
	enc, err := usageController.abi.Pack("voucherHash", session, units, transcript)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackVoucherHash is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x9fbdf9af.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function voucherHash(bytes32 session, uint32 units, bytes32 transcript) view returns(bytes32)
func (usageController *UsageController) TryPackVoucherHash(session [32]byte, units uint32, transcript [32]byte) ([]byte, error) {
	return usageController.abi.Pack("voucherHash", session, units, transcript)
}

// UnpackVoucherHash is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x9fbdf9af.
//
// Solidity: function voucherHash(bytes32 session, uint32 units, bytes32 transcript) view returns(bytes32)
func (usageController *UsageController) UnpackVoucherHash(data []byte) ([32]byte, error) {
	out, err := usageController.abi.Unpack("voucherHash", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackWithdraw is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xff7885e8.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function withdraw(address token, address account, address to) returns(uint256 amount)
func (usageController *UsageController) PackWithdraw(token common.Address, account common.Address, to common.Address) []byte {
	enc, err := usageController.abi.Pack("withdraw", token, account, to)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackWithdraw is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xff7885e8.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function withdraw(address token, address account, address to) returns(uint256 amount)
func (usageController *UsageController) TryPackWithdraw(token common.Address, account common.Address, to common.Address) ([]byte, error) {
	return usageController.abi.Pack("withdraw", token, account, to)
}

// UnpackWithdraw is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xff7885e8.
//
// Solidity: function withdraw(address token, address account, address to) returns(uint256 amount)
func (usageController *UsageController) UnpackWithdraw(data []byte) (*big.Int, error) {
	out, err := usageController.abi.Unpack("withdraw", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// UsageControllerAuthorityUpdated represents a AuthorityUpdated event raised by the UsageController contract.
type UsageControllerAuthorityUpdated struct {
	Authority common.Address
	Raw       *types.Log // Blockchain specific contextual infos
}

const UsageControllerAuthorityUpdatedEventName = "AuthorityUpdated"

// ContractEventName returns the user-defined event name.
func (UsageControllerAuthorityUpdated) ContractEventName() string {
	return UsageControllerAuthorityUpdatedEventName
}

// UnpackAuthorityUpdatedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event AuthorityUpdated(address authority)
func (usageController *UsageController) UnpackAuthorityUpdatedEvent(log *types.Log) (*UsageControllerAuthorityUpdated, error) {
	event := "AuthorityUpdated"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != usageController.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(UsageControllerAuthorityUpdated)
	if len(log.Data) > 0 {
		if err := usageController.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range usageController.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// UsageControllerBought represents a Bought event raised by the UsageController contract.
type UsageControllerBought struct {
	Plan  [32]byte
	Payer common.Address
	To    common.Address
	Units *big.Int
	Cost  *big.Int
	Raw   *types.Log // Blockchain specific contextual infos
}

const UsageControllerBoughtEventName = "Bought"

// ContractEventName returns the user-defined event name.
func (UsageControllerBought) ContractEventName() string {
	return UsageControllerBoughtEventName
}

// UnpackBoughtEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Bought(bytes32 indexed plan, address indexed payer, address indexed to, uint256 units, uint256 cost)
func (usageController *UsageController) UnpackBoughtEvent(log *types.Log) (*UsageControllerBought, error) {
	event := "Bought"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != usageController.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(UsageControllerBought)
	if len(log.Data) > 0 {
		if err := usageController.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range usageController.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// UsageControllerCredited represents a Credited event raised by the UsageController contract.
type UsageControllerCredited struct {
	Token   common.Address
	Account common.Address
	Amount  *big.Int
	Raw     *types.Log // Blockchain specific contextual infos
}

const UsageControllerCreditedEventName = "Credited"

// ContractEventName returns the user-defined event name.
func (UsageControllerCredited) ContractEventName() string {
	return UsageControllerCreditedEventName
}

// UnpackCreditedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Credited(address indexed token, address indexed account, uint256 amount)
func (usageController *UsageController) UnpackCreditedEvent(log *types.Log) (*UsageControllerCredited, error) {
	event := "Credited"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != usageController.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(UsageControllerCredited)
	if len(log.Data) > 0 {
		if err := usageController.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range usageController.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// UsageControllerEIP712DomainChanged represents a EIP712DomainChanged event raised by the UsageController contract.
type UsageControllerEIP712DomainChanged struct {
	Raw *types.Log // Blockchain specific contextual infos
}

const UsageControllerEIP712DomainChangedEventName = "EIP712DomainChanged"

// ContractEventName returns the user-defined event name.
func (UsageControllerEIP712DomainChanged) ContractEventName() string {
	return UsageControllerEIP712DomainChangedEventName
}

// UnpackEIP712DomainChangedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event EIP712DomainChanged()
func (usageController *UsageController) UnpackEIP712DomainChangedEvent(log *types.Log) (*UsageControllerEIP712DomainChanged, error) {
	event := "EIP712DomainChanged"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != usageController.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(UsageControllerEIP712DomainChanged)
	if len(log.Data) > 0 {
		if err := usageController.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range usageController.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// UsageControllerNewSessionsPaused represents a NewSessionsPaused event raised by the UsageController contract.
type UsageControllerNewSessionsPaused struct {
	Paused bool
	Raw    *types.Log // Blockchain specific contextual infos
}

const UsageControllerNewSessionsPausedEventName = "NewSessionsPaused"

// ContractEventName returns the user-defined event name.
func (UsageControllerNewSessionsPaused) ContractEventName() string {
	return UsageControllerNewSessionsPausedEventName
}

// UnpackNewSessionsPausedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event NewSessionsPaused(bool paused)
func (usageController *UsageController) UnpackNewSessionsPausedEvent(log *types.Log) (*UsageControllerNewSessionsPaused, error) {
	event := "NewSessionsPaused"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != usageController.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(UsageControllerNewSessionsPaused)
	if len(log.Data) > 0 {
		if err := usageController.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range usageController.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// UsageControllerRedeemed represents a Redeemed event raised by the UsageController contract.
type UsageControllerRedeemed struct {
	Plan     [32]byte
	Operator common.Address
	Units    *big.Int
	Items    []byte
	Raw      *types.Log // Blockchain specific contextual infos
}

const UsageControllerRedeemedEventName = "Redeemed"

// ContractEventName returns the user-defined event name.
func (UsageControllerRedeemed) ContractEventName() string {
	return UsageControllerRedeemedEventName
}

// UnpackRedeemedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Redeemed(bytes32 indexed plan, address indexed operator, uint256 units, bytes items)
func (usageController *UsageController) UnpackRedeemedEvent(log *types.Log) (*UsageControllerRedeemed, error) {
	event := "Redeemed"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != usageController.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(UsageControllerRedeemed)
	if len(log.Data) > 0 {
		if err := usageController.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range usageController.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// UsageControllerRefunded represents a Refunded event raised by the UsageController contract.
type UsageControllerRefunded struct {
	Plan   [32]byte
	Holder common.Address
	Units  *big.Int
	Amount *big.Int
	Raw    *types.Log // Blockchain specific contextual infos
}

const UsageControllerRefundedEventName = "Refunded"

// ContractEventName returns the user-defined event name.
func (UsageControllerRefunded) ContractEventName() string {
	return UsageControllerRefundedEventName
}

// UnpackRefundedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Refunded(bytes32 indexed plan, address indexed holder, uint256 units, uint256 amount)
func (usageController *UsageController) UnpackRefundedEvent(log *types.Log) (*UsageControllerRefunded, error) {
	event := "Refunded"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != usageController.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(UsageControllerRefunded)
	if len(log.Data) > 0 {
		if err := usageController.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range usageController.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// UsageControllerSessionClosed represents a SessionClosed event raised by the UsageController contract.
type UsageControllerSessionClosed struct {
	Session  [32]byte
	Units    uint32
	Saved    uint64
	AsPasses bool
	Raw      *types.Log // Blockchain specific contextual infos
}

const UsageControllerSessionClosedEventName = "SessionClosed"

// ContractEventName returns the user-defined event name.
func (UsageControllerSessionClosed) ContractEventName() string {
	return UsageControllerSessionClosedEventName
}

// UnpackSessionClosedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event SessionClosed(bytes32 indexed session, uint32 units, uint64 saved, bool asPasses)
func (usageController *UsageController) UnpackSessionClosedEvent(log *types.Log) (*UsageControllerSessionClosed, error) {
	event := "SessionClosed"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != usageController.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(UsageControllerSessionClosed)
	if len(log.Data) > 0 {
		if err := usageController.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range usageController.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// UsageControllerSessionEnding represents a SessionEnding event raised by the UsageController contract.
type UsageControllerSessionEnding struct {
	Session [32]byte
	End     uint32
	Raw     *types.Log // Blockchain specific contextual infos
}

const UsageControllerSessionEndingEventName = "SessionEnding"

// ContractEventName returns the user-defined event name.
func (UsageControllerSessionEnding) ContractEventName() string {
	return UsageControllerSessionEndingEventName
}

// UnpackSessionEndingEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event SessionEnding(bytes32 indexed session, uint32 end)
func (usageController *UsageController) UnpackSessionEndingEvent(log *types.Log) (*UsageControllerSessionEnding, error) {
	event := "SessionEnding"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != usageController.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(UsageControllerSessionEnding)
	if len(log.Data) > 0 {
		if err := usageController.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range usageController.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// UsageControllerSessionOpened represents a SessionOpened event raised by the UsageController contract.
type UsageControllerSessionOpened struct {
	Session    [32]byte
	Payer      common.Address
	Operator   common.Address
	Plan       [32]byte
	Number     uint64
	SessionKey common.Address
	Units      uint32
	End        uint32
	Raw        *types.Log // Blockchain specific contextual infos
}

const UsageControllerSessionOpenedEventName = "SessionOpened"

// ContractEventName returns the user-defined event name.
func (UsageControllerSessionOpened) ContractEventName() string {
	return UsageControllerSessionOpenedEventName
}

// UnpackSessionOpenedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event SessionOpened(bytes32 indexed session, address indexed payer, address indexed operator, bytes32 plan, uint64 number, address sessionKey, uint32 units, uint32 end)
func (usageController *UsageController) UnpackSessionOpenedEvent(log *types.Log) (*UsageControllerSessionOpened, error) {
	event := "SessionOpened"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != usageController.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(UsageControllerSessionOpened)
	if len(log.Data) > 0 {
		if err := usageController.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range usageController.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// UsageControllerSignerSet represents a SignerSet event raised by the UsageController contract.
type UsageControllerSignerSet struct {
	Operator common.Address
	Signer   common.Address
	Allowed  bool
	Raw      *types.Log // Blockchain specific contextual infos
}

const UsageControllerSignerSetEventName = "SignerSet"

// ContractEventName returns the user-defined event name.
func (UsageControllerSignerSet) ContractEventName() string {
	return UsageControllerSignerSetEventName
}

// UnpackSignerSetEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event SignerSet(address indexed operator, address indexed signer, bool allowed)
func (usageController *UsageController) UnpackSignerSetEvent(log *types.Log) (*UsageControllerSignerSet, error) {
	event := "SignerSet"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != usageController.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(UsageControllerSignerSet)
	if len(log.Data) > 0 {
		if err := usageController.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range usageController.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// UsageControllerTokenSet represents a TokenSet event raised by the UsageController contract.
type UsageControllerTokenSet struct {
	Token   common.Address
	Allowed bool
	Raw     *types.Log // Blockchain specific contextual infos
}

const UsageControllerTokenSetEventName = "TokenSet"

// ContractEventName returns the user-defined event name.
func (UsageControllerTokenSet) ContractEventName() string {
	return UsageControllerTokenSetEventName
}

// UnpackTokenSetEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event TokenSet(address indexed token, bool allowed)
func (usageController *UsageController) UnpackTokenSetEvent(log *types.Log) (*UsageControllerTokenSet, error) {
	event := "TokenSet"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != usageController.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(UsageControllerTokenSet)
	if len(log.Data) > 0 {
		if err := usageController.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range usageController.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// UsageControllerVoucherSkipped represents a VoucherSkipped event raised by the UsageController contract.
type UsageControllerVoucherSkipped struct {
	Session [32]byte
	Reason  uint8
	Units   *big.Int
	Raw     *types.Log // Blockchain specific contextual infos
}

const UsageControllerVoucherSkippedEventName = "VoucherSkipped"

// ContractEventName returns the user-defined event name.
func (UsageControllerVoucherSkipped) ContractEventName() string {
	return UsageControllerVoucherSkippedEventName
}

// UnpackVoucherSkippedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event VoucherSkipped(bytes32 indexed session, uint8 reason, uint256 units)
func (usageController *UsageController) UnpackVoucherSkippedEvent(log *types.Log) (*UsageControllerVoucherSkipped, error) {
	event := "VoucherSkipped"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != usageController.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(UsageControllerVoucherSkipped)
	if len(log.Data) > 0 {
		if err := usageController.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range usageController.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// UsageControllerWithdrawn represents a Withdrawn event raised by the UsageController contract.
type UsageControllerWithdrawn struct {
	Token   common.Address
	Account common.Address
	To      common.Address
	Amount  *big.Int
	Raw     *types.Log // Blockchain specific contextual infos
}

const UsageControllerWithdrawnEventName = "Withdrawn"

// ContractEventName returns the user-defined event name.
func (UsageControllerWithdrawn) ContractEventName() string {
	return UsageControllerWithdrawnEventName
}

// UnpackWithdrawnEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Withdrawn(address indexed token, address indexed account, address to, uint256 amount)
func (usageController *UsageController) UnpackWithdrawnEvent(log *types.Log) (*UsageControllerWithdrawn, error) {
	event := "Withdrawn"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != usageController.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(UsageControllerWithdrawn)
	if len(log.Data) > 0 {
		if err := usageController.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range usageController.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// UnpackError attempts to decode the provided error data using user-defined
// error definitions.
func (usageController *UsageController) UnpackError(raw []byte) (any, error) {
	if bytes.Equal(raw[:4], usageController.abi.Errors["AccessManagedInvalidAuthority"].ID.Bytes()[:4]) {
		return usageController.UnpackAccessManagedInvalidAuthorityError(raw[4:])
	}
	if bytes.Equal(raw[:4], usageController.abi.Errors["AccessManagedRequiredDelay"].ID.Bytes()[:4]) {
		return usageController.UnpackAccessManagedRequiredDelayError(raw[4:])
	}
	if bytes.Equal(raw[:4], usageController.abi.Errors["AccessManagedUnauthorized"].ID.Bytes()[:4]) {
		return usageController.UnpackAccessManagedUnauthorizedError(raw[4:])
	}
	if bytes.Equal(raw[:4], usageController.abi.Errors["FailedCall"].ID.Bytes()[:4]) {
		return usageController.UnpackFailedCallError(raw[4:])
	}
	if bytes.Equal(raw[:4], usageController.abi.Errors["InsufficientBalance"].ID.Bytes()[:4]) {
		return usageController.UnpackInsufficientBalanceError(raw[4:])
	}
	if bytes.Equal(raw[:4], usageController.abi.Errors["InvalidShortString"].ID.Bytes()[:4]) {
		return usageController.UnpackInvalidShortStringError(raw[4:])
	}
	if bytes.Equal(raw[:4], usageController.abi.Errors["ReentrancyGuardReentrantCall"].ID.Bytes()[:4]) {
		return usageController.UnpackReentrancyGuardReentrantCallError(raw[4:])
	}
	if bytes.Equal(raw[:4], usageController.abi.Errors["SafeERC20FailedOperation"].ID.Bytes()[:4]) {
		return usageController.UnpackSafeERC20FailedOperationError(raw[4:])
	}
	if bytes.Equal(raw[:4], usageController.abi.Errors["StringTooLong"].ID.Bytes()[:4]) {
		return usageController.UnpackStringTooLongError(raw[4:])
	}
	if bytes.Equal(raw[:4], usageController.abi.Errors["Till_NotAccount"].ID.Bytes()[:4]) {
		return usageController.UnpackTillNotAccountError(raw[4:])
	}
	if bytes.Equal(raw[:4], usageController.abi.Errors["Till_NothingToWithdraw"].ID.Bytes()[:4]) {
		return usageController.UnpackTillNothingToWithdrawError(raw[4:])
	}
	if bytes.Equal(raw[:4], usageController.abi.Errors["Till_WrongAmount"].ID.Bytes()[:4]) {
		return usageController.UnpackTillWrongAmountError(raw[4:])
	}
	if bytes.Equal(raw[:4], usageController.abi.Errors["Till_WrongValue"].ID.Bytes()[:4]) {
		return usageController.UnpackTillWrongValueError(raw[4:])
	}
	if bytes.Equal(raw[:4], usageController.abi.Errors["Till_ZeroAddress"].ID.Bytes()[:4]) {
		return usageController.UnpackTillZeroAddressError(raw[4:])
	}
	if bytes.Equal(raw[:4], usageController.abi.Errors["UsageController_BadEnd"].ID.Bytes()[:4]) {
		return usageController.UnpackUsageControllerBadEndError(raw[4:])
	}
	if bytes.Equal(raw[:4], usageController.abi.Errors["UsageController_BadSignature"].ID.Bytes()[:4]) {
		return usageController.UnpackUsageControllerBadSignatureError(raw[4:])
	}
	if bytes.Equal(raw[:4], usageController.abi.Errors["UsageController_Malformed"].ID.Bytes()[:4]) {
		return usageController.UnpackUsageControllerMalformedError(raw[4:])
	}
	if bytes.Equal(raw[:4], usageController.abi.Errors["UsageController_NoSession"].ID.Bytes()[:4]) {
		return usageController.UnpackUsageControllerNoSessionError(raw[4:])
	}
	if bytes.Equal(raw[:4], usageController.abi.Errors["UsageController_NoUnits"].ID.Bytes()[:4]) {
		return usageController.UnpackUsageControllerNoUnitsError(raw[4:])
	}
	if bytes.Equal(raw[:4], usageController.abi.Errors["UsageController_NotOperator"].ID.Bytes()[:4]) {
		return usageController.UnpackUsageControllerNotOperatorError(raw[4:])
	}
	if bytes.Equal(raw[:4], usageController.abi.Errors["UsageController_NotParty"].ID.Bytes()[:4]) {
		return usageController.UnpackUsageControllerNotPartyError(raw[4:])
	}
	if bytes.Equal(raw[:4], usageController.abi.Errors["UsageController_NotPayer"].ID.Bytes()[:4]) {
		return usageController.UnpackUsageControllerNotPayerError(raw[4:])
	}
	if bytes.Equal(raw[:4], usageController.abi.Errors["UsageController_NotQuota"].ID.Bytes()[:4]) {
		return usageController.UnpackUsageControllerNotQuotaError(raw[4:])
	}
	if bytes.Equal(raw[:4], usageController.abi.Errors["UsageController_Paused"].ID.Bytes()[:4]) {
		return usageController.UnpackUsageControllerPausedError(raw[4:])
	}
	if bytes.Equal(raw[:4], usageController.abi.Errors["UsageController_SessionExists"].ID.Bytes()[:4]) {
		return usageController.UnpackUsageControllerSessionExistsError(raw[4:])
	}
	if bytes.Equal(raw[:4], usageController.abi.Errors["UsageController_StillOpen"].ID.Bytes()[:4]) {
		return usageController.UnpackUsageControllerStillOpenError(raw[4:])
	}
	if bytes.Equal(raw[:4], usageController.abi.Errors["UsageController_Subscription"].ID.Bytes()[:4]) {
		return usageController.UnpackUsageControllerSubscriptionError(raw[4:])
	}
	if bytes.Equal(raw[:4], usageController.abi.Errors["UsageController_TokenNotAllowed"].ID.Bytes()[:4]) {
		return usageController.UnpackUsageControllerTokenNotAllowedError(raw[4:])
	}
	if bytes.Equal(raw[:4], usageController.abi.Errors["UsageController_TooLarge"].ID.Bytes()[:4]) {
		return usageController.UnpackUsageControllerTooLargeError(raw[4:])
	}
	if bytes.Equal(raw[:4], usageController.abi.Errors["UsageController_TooMany"].ID.Bytes()[:4]) {
		return usageController.UnpackUsageControllerTooManyError(raw[4:])
	}
	if bytes.Equal(raw[:4], usageController.abi.Errors["UsageController_UnknownProvider"].ID.Bytes()[:4]) {
		return usageController.UnpackUsageControllerUnknownProviderError(raw[4:])
	}
	if bytes.Equal(raw[:4], usageController.abi.Errors["UsageController_ZeroAddress"].ID.Bytes()[:4]) {
		return usageController.UnpackUsageControllerZeroAddressError(raw[4:])
	}
	return nil, errors.New("unknown error")
}

// UsageControllerAccessManagedInvalidAuthority represents a AccessManagedInvalidAuthority error raised by the UsageController contract.
type UsageControllerAccessManagedInvalidAuthority struct {
	Authority common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error AccessManagedInvalidAuthority(address authority)
func UsageControllerAccessManagedInvalidAuthorityErrorID() common.Hash {
	return common.HexToHash("0xc2f31e5ee06c96eddd5864bf58d26da15afa7233cb6f74e000aa686fca7a7a0b")
}

// UnpackAccessManagedInvalidAuthorityError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error AccessManagedInvalidAuthority(address authority)
func (usageController *UsageController) UnpackAccessManagedInvalidAuthorityError(raw []byte) (*UsageControllerAccessManagedInvalidAuthority, error) {
	out := new(UsageControllerAccessManagedInvalidAuthority)
	if err := usageController.abi.UnpackIntoInterface(out, "AccessManagedInvalidAuthority", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// UsageControllerAccessManagedRequiredDelay represents a AccessManagedRequiredDelay error raised by the UsageController contract.
type UsageControllerAccessManagedRequiredDelay struct {
	Caller common.Address
	Delay  uint32
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error AccessManagedRequiredDelay(address caller, uint32 delay)
func UsageControllerAccessManagedRequiredDelayErrorID() common.Hash {
	return common.HexToHash("0xaf77169dad650be42a753d4bbd4f4ad0d10be80053e495da3bb1525746eda4e4")
}

// UnpackAccessManagedRequiredDelayError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error AccessManagedRequiredDelay(address caller, uint32 delay)
func (usageController *UsageController) UnpackAccessManagedRequiredDelayError(raw []byte) (*UsageControllerAccessManagedRequiredDelay, error) {
	out := new(UsageControllerAccessManagedRequiredDelay)
	if err := usageController.abi.UnpackIntoInterface(out, "AccessManagedRequiredDelay", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// UsageControllerAccessManagedUnauthorized represents a AccessManagedUnauthorized error raised by the UsageController contract.
type UsageControllerAccessManagedUnauthorized struct {
	Caller common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error AccessManagedUnauthorized(address caller)
func UsageControllerAccessManagedUnauthorizedErrorID() common.Hash {
	return common.HexToHash("0x068ca9d827f779c08fd30d7fda45faef5f2a6b2e57f8b809b3c6bbed99f5fb1f")
}

// UnpackAccessManagedUnauthorizedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error AccessManagedUnauthorized(address caller)
func (usageController *UsageController) UnpackAccessManagedUnauthorizedError(raw []byte) (*UsageControllerAccessManagedUnauthorized, error) {
	out := new(UsageControllerAccessManagedUnauthorized)
	if err := usageController.abi.UnpackIntoInterface(out, "AccessManagedUnauthorized", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// UsageControllerFailedCall represents a FailedCall error raised by the UsageController contract.
type UsageControllerFailedCall struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error FailedCall()
func UsageControllerFailedCallErrorID() common.Hash {
	return common.HexToHash("0xd6bda27508c0fb6d8a39b4b122878dab26f731a7d4e4abe711dd3731899052a4")
}

// UnpackFailedCallError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error FailedCall()
func (usageController *UsageController) UnpackFailedCallError(raw []byte) (*UsageControllerFailedCall, error) {
	out := new(UsageControllerFailedCall)
	if err := usageController.abi.UnpackIntoInterface(out, "FailedCall", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// UsageControllerInsufficientBalance represents a InsufficientBalance error raised by the UsageController contract.
type UsageControllerInsufficientBalance struct {
	Balance *big.Int
	Needed  *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error InsufficientBalance(uint256 balance, uint256 needed)
func UsageControllerInsufficientBalanceErrorID() common.Hash {
	return common.HexToHash("0xcf4791818fba6e019216eb4864093b4947f674afada5d305e57d598b641dad1d")
}

// UnpackInsufficientBalanceError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error InsufficientBalance(uint256 balance, uint256 needed)
func (usageController *UsageController) UnpackInsufficientBalanceError(raw []byte) (*UsageControllerInsufficientBalance, error) {
	out := new(UsageControllerInsufficientBalance)
	if err := usageController.abi.UnpackIntoInterface(out, "InsufficientBalance", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// UsageControllerInvalidShortString represents a InvalidShortString error raised by the UsageController contract.
type UsageControllerInvalidShortString struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error InvalidShortString()
func UsageControllerInvalidShortStringErrorID() common.Hash {
	return common.HexToHash("0xb3512b0c6163e5f0bafab72bb631b9d58cd7a731b082f910338aa21c83d5c274")
}

// UnpackInvalidShortStringError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error InvalidShortString()
func (usageController *UsageController) UnpackInvalidShortStringError(raw []byte) (*UsageControllerInvalidShortString, error) {
	out := new(UsageControllerInvalidShortString)
	if err := usageController.abi.UnpackIntoInterface(out, "InvalidShortString", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// UsageControllerReentrancyGuardReentrantCall represents a ReentrancyGuardReentrantCall error raised by the UsageController contract.
type UsageControllerReentrancyGuardReentrantCall struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ReentrancyGuardReentrantCall()
func UsageControllerReentrancyGuardReentrantCallErrorID() common.Hash {
	return common.HexToHash("0x3ee5aeb571de7fc460830b4d0017439a1ca56fb0bc39062227ade4fe4a24c1ca")
}

// UnpackReentrancyGuardReentrantCallError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ReentrancyGuardReentrantCall()
func (usageController *UsageController) UnpackReentrancyGuardReentrantCallError(raw []byte) (*UsageControllerReentrancyGuardReentrantCall, error) {
	out := new(UsageControllerReentrancyGuardReentrantCall)
	if err := usageController.abi.UnpackIntoInterface(out, "ReentrancyGuardReentrantCall", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// UsageControllerSafeERC20FailedOperation represents a SafeERC20FailedOperation error raised by the UsageController contract.
type UsageControllerSafeERC20FailedOperation struct {
	Token common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error SafeERC20FailedOperation(address token)
func UsageControllerSafeERC20FailedOperationErrorID() common.Hash {
	return common.HexToHash("0x5274afe73c98b4749fc91ffae6b7b574e7842cb2144a159e9377a5f20b32edf9")
}

// UnpackSafeERC20FailedOperationError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error SafeERC20FailedOperation(address token)
func (usageController *UsageController) UnpackSafeERC20FailedOperationError(raw []byte) (*UsageControllerSafeERC20FailedOperation, error) {
	out := new(UsageControllerSafeERC20FailedOperation)
	if err := usageController.abi.UnpackIntoInterface(out, "SafeERC20FailedOperation", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// UsageControllerStringTooLong represents a StringTooLong error raised by the UsageController contract.
type UsageControllerStringTooLong struct {
	Str string
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error StringTooLong(string str)
func UsageControllerStringTooLongErrorID() common.Hash {
	return common.HexToHash("0x305a27a93f8e33b7392df0a0f91d6fc63847395853c45991eec52dbf24d72381")
}

// UnpackStringTooLongError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error StringTooLong(string str)
func (usageController *UsageController) UnpackStringTooLongError(raw []byte) (*UsageControllerStringTooLong, error) {
	out := new(UsageControllerStringTooLong)
	if err := usageController.abi.UnpackIntoInterface(out, "StringTooLong", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// UsageControllerTillNotAccount represents a Till_NotAccount error raised by the UsageController contract.
type UsageControllerTillNotAccount struct {
	Caller  common.Address
	Account common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error Till_NotAccount(address caller, address account)
func UsageControllerTillNotAccountErrorID() common.Hash {
	return common.HexToHash("0x9502d86ea2b6ed6067677cd3589f6ead62631e14fb0974f916af75e1252d4eb2")
}

// UnpackTillNotAccountError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error Till_NotAccount(address caller, address account)
func (usageController *UsageController) UnpackTillNotAccountError(raw []byte) (*UsageControllerTillNotAccount, error) {
	out := new(UsageControllerTillNotAccount)
	if err := usageController.abi.UnpackIntoInterface(out, "Till_NotAccount", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// UsageControllerTillNothingToWithdraw represents a Till_NothingToWithdraw error raised by the UsageController contract.
type UsageControllerTillNothingToWithdraw struct {
	Token   common.Address
	Account common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error Till_NothingToWithdraw(address token, address account)
func UsageControllerTillNothingToWithdrawErrorID() common.Hash {
	return common.HexToHash("0xaaf06274538b7693907133edf416976a495cb4377e19c87f6538360c64f7caf7")
}

// UnpackTillNothingToWithdrawError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error Till_NothingToWithdraw(address token, address account)
func (usageController *UsageController) UnpackTillNothingToWithdrawError(raw []byte) (*UsageControllerTillNothingToWithdraw, error) {
	out := new(UsageControllerTillNothingToWithdraw)
	if err := usageController.abi.UnpackIntoInterface(out, "Till_NothingToWithdraw", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// UsageControllerTillWrongAmount represents a Till_WrongAmount error raised by the UsageController contract.
type UsageControllerTillWrongAmount struct {
	Token   common.Address
	Arrived *big.Int
	Cost    *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error Till_WrongAmount(address token, uint256 arrived, uint256 cost)
func UsageControllerTillWrongAmountErrorID() common.Hash {
	return common.HexToHash("0xc22bb4bd89c73b73a6e638e3d31cca53cf023d20922321369823e55d41186880")
}

// UnpackTillWrongAmountError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error Till_WrongAmount(address token, uint256 arrived, uint256 cost)
func (usageController *UsageController) UnpackTillWrongAmountError(raw []byte) (*UsageControllerTillWrongAmount, error) {
	out := new(UsageControllerTillWrongAmount)
	if err := usageController.abi.UnpackIntoInterface(out, "Till_WrongAmount", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// UsageControllerTillWrongValue represents a Till_WrongValue error raised by the UsageController contract.
type UsageControllerTillWrongValue struct {
	Sent *big.Int
	Cost *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error Till_WrongValue(uint256 sent, uint256 cost)
func UsageControllerTillWrongValueErrorID() common.Hash {
	return common.HexToHash("0x6597c0090372592895838cedb8f967f194b12b562ebf834f180a70ca7e5b1455")
}

// UnpackTillWrongValueError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error Till_WrongValue(uint256 sent, uint256 cost)
func (usageController *UsageController) UnpackTillWrongValueError(raw []byte) (*UsageControllerTillWrongValue, error) {
	out := new(UsageControllerTillWrongValue)
	if err := usageController.abi.UnpackIntoInterface(out, "Till_WrongValue", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// UsageControllerTillZeroAddress represents a Till_ZeroAddress error raised by the UsageController contract.
type UsageControllerTillZeroAddress struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error Till_ZeroAddress()
func UsageControllerTillZeroAddressErrorID() common.Hash {
	return common.HexToHash("0x787f7122ef53d836cb707d68580678a56e8a296bb5f65c1b050537a756d94cc7")
}

// UnpackTillZeroAddressError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error Till_ZeroAddress()
func (usageController *UsageController) UnpackTillZeroAddressError(raw []byte) (*UsageControllerTillZeroAddress, error) {
	out := new(UsageControllerTillZeroAddress)
	if err := usageController.abi.UnpackIntoInterface(out, "Till_ZeroAddress", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// UsageControllerUsageControllerBadEnd represents a UsageController_BadEnd error raised by the UsageController contract.
type UsageControllerUsageControllerBadEnd struct {
	End  *big.Int
	Time *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error UsageController_BadEnd(uint256 end, uint256 time)
func UsageControllerUsageControllerBadEndErrorID() common.Hash {
	return common.HexToHash("0x2093691121c3821936866c1e3dabb5a308fc511341b243c52d8321a46c67a48a")
}

// UnpackUsageControllerBadEndError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error UsageController_BadEnd(uint256 end, uint256 time)
func (usageController *UsageController) UnpackUsageControllerBadEndError(raw []byte) (*UsageControllerUsageControllerBadEnd, error) {
	out := new(UsageControllerUsageControllerBadEnd)
	if err := usageController.abi.UnpackIntoInterface(out, "UsageController_BadEnd", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// UsageControllerUsageControllerBadSignature represents a UsageController_BadSignature error raised by the UsageController contract.
type UsageControllerUsageControllerBadSignature struct {
	Payer common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error UsageController_BadSignature(address payer)
func UsageControllerUsageControllerBadSignatureErrorID() common.Hash {
	return common.HexToHash("0x3e7c805de8e0b03d094e16f2cf560ff87198b500d7aec9c45c85e822614bcd50")
}

// UnpackUsageControllerBadSignatureError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error UsageController_BadSignature(address payer)
func (usageController *UsageController) UnpackUsageControllerBadSignatureError(raw []byte) (*UsageControllerUsageControllerBadSignature, error) {
	out := new(UsageControllerUsageControllerBadSignature)
	if err := usageController.abi.UnpackIntoInterface(out, "UsageController_BadSignature", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// UsageControllerUsageControllerMalformed represents a UsageController_Malformed error raised by the UsageController contract.
type UsageControllerUsageControllerMalformed struct {
	Left   *big.Int
	Needed *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error UsageController_Malformed(uint256 left, uint256 needed)
func UsageControllerUsageControllerMalformedErrorID() common.Hash {
	return common.HexToHash("0xbd6309328ee8aeab9c1ac1f3499d613f29c7d8dbf31ebc06c005a36bd203c250")
}

// UnpackUsageControllerMalformedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error UsageController_Malformed(uint256 left, uint256 needed)
func (usageController *UsageController) UnpackUsageControllerMalformedError(raw []byte) (*UsageControllerUsageControllerMalformed, error) {
	out := new(UsageControllerUsageControllerMalformed)
	if err := usageController.abi.UnpackIntoInterface(out, "UsageController_Malformed", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// UsageControllerUsageControllerNoSession represents a UsageController_NoSession error raised by the UsageController contract.
type UsageControllerUsageControllerNoSession struct {
	Session [32]byte
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error UsageController_NoSession(bytes32 session)
func UsageControllerUsageControllerNoSessionErrorID() common.Hash {
	return common.HexToHash("0x1e5d4d459fb63832ee10e8f451ba801903d4016b9fa9ff623731bc261ac2c238")
}

// UnpackUsageControllerNoSessionError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error UsageController_NoSession(bytes32 session)
func (usageController *UsageController) UnpackUsageControllerNoSessionError(raw []byte) (*UsageControllerUsageControllerNoSession, error) {
	out := new(UsageControllerUsageControllerNoSession)
	if err := usageController.abi.UnpackIntoInterface(out, "UsageController_NoSession", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// UsageControllerUsageControllerNoUnits represents a UsageController_NoUnits error raised by the UsageController contract.
type UsageControllerUsageControllerNoUnits struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error UsageController_NoUnits()
func UsageControllerUsageControllerNoUnitsErrorID() common.Hash {
	return common.HexToHash("0xfb00f03eaf257dcd48509c8f4ba02079b8f012a6af5e3c43d70fbffb022973a3")
}

// UnpackUsageControllerNoUnitsError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error UsageController_NoUnits()
func (usageController *UsageController) UnpackUsageControllerNoUnitsError(raw []byte) (*UsageControllerUsageControllerNoUnits, error) {
	out := new(UsageControllerUsageControllerNoUnits)
	if err := usageController.abi.UnpackIntoInterface(out, "UsageController_NoUnits", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// UsageControllerUsageControllerNotOperator represents a UsageController_NotOperator error raised by the UsageController contract.
type UsageControllerUsageControllerNotOperator struct {
	Operator common.Address
	Caller   common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error UsageController_NotOperator(address operator, address caller)
func UsageControllerUsageControllerNotOperatorErrorID() common.Hash {
	return common.HexToHash("0x4ff54a49e2c929c8ab7da25758397978a14d9f9d805fd122a5620ea51c637978")
}

// UnpackUsageControllerNotOperatorError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error UsageController_NotOperator(address operator, address caller)
func (usageController *UsageController) UnpackUsageControllerNotOperatorError(raw []byte) (*UsageControllerUsageControllerNotOperator, error) {
	out := new(UsageControllerUsageControllerNotOperator)
	if err := usageController.abi.UnpackIntoInterface(out, "UsageController_NotOperator", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// UsageControllerUsageControllerNotParty represents a UsageController_NotParty error raised by the UsageController contract.
type UsageControllerUsageControllerNotParty struct {
	Session [32]byte
	Caller  common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error UsageController_NotParty(bytes32 session, address caller)
func UsageControllerUsageControllerNotPartyErrorID() common.Hash {
	return common.HexToHash("0x1e428bec8a4c79161b815e5c8b05a4e0c47bfd6b1598834b565400371d3dbcee")
}

// UnpackUsageControllerNotPartyError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error UsageController_NotParty(bytes32 session, address caller)
func (usageController *UsageController) UnpackUsageControllerNotPartyError(raw []byte) (*UsageControllerUsageControllerNotParty, error) {
	out := new(UsageControllerUsageControllerNotParty)
	if err := usageController.abi.UnpackIntoInterface(out, "UsageController_NotParty", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// UsageControllerUsageControllerNotPayer represents a UsageController_NotPayer error raised by the UsageController contract.
type UsageControllerUsageControllerNotPayer struct {
	Caller common.Address
	Payer  common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error UsageController_NotPayer(address caller, address payer)
func UsageControllerUsageControllerNotPayerErrorID() common.Hash {
	return common.HexToHash("0x1105123c523ce3c82932245f77f6c26f285e83b5c56d52428d8999f329cd8f42")
}

// UnpackUsageControllerNotPayerError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error UsageController_NotPayer(address caller, address payer)
func (usageController *UsageController) UnpackUsageControllerNotPayerError(raw []byte) (*UsageControllerUsageControllerNotPayer, error) {
	out := new(UsageControllerUsageControllerNotPayer)
	if err := usageController.abi.UnpackIntoInterface(out, "UsageController_NotPayer", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// UsageControllerUsageControllerNotQuota represents a UsageController_NotQuota error raised by the UsageController contract.
type UsageControllerUsageControllerNotQuota struct {
	Units *big.Int
	Quota *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error UsageController_NotQuota(uint256 units, uint256 quota)
func UsageControllerUsageControllerNotQuotaErrorID() common.Hash {
	return common.HexToHash("0xc0902da7bddb82196860835649305d715bc15cd12d1bf5ff47b22355b4b8ca69")
}

// UnpackUsageControllerNotQuotaError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error UsageController_NotQuota(uint256 units, uint256 quota)
func (usageController *UsageController) UnpackUsageControllerNotQuotaError(raw []byte) (*UsageControllerUsageControllerNotQuota, error) {
	out := new(UsageControllerUsageControllerNotQuota)
	if err := usageController.abi.UnpackIntoInterface(out, "UsageController_NotQuota", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// UsageControllerUsageControllerPaused represents a UsageController_Paused error raised by the UsageController contract.
type UsageControllerUsageControllerPaused struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error UsageController_Paused()
func UsageControllerUsageControllerPausedErrorID() common.Hash {
	return common.HexToHash("0x26d875f44e18dc6a0ca8c2e80fcd1a7bcf5b8bc1fd1595a70fdca35af804e6f6")
}

// UnpackUsageControllerPausedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error UsageController_Paused()
func (usageController *UsageController) UnpackUsageControllerPausedError(raw []byte) (*UsageControllerUsageControllerPaused, error) {
	out := new(UsageControllerUsageControllerPaused)
	if err := usageController.abi.UnpackIntoInterface(out, "UsageController_Paused", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// UsageControllerUsageControllerSessionExists represents a UsageController_SessionExists error raised by the UsageController contract.
type UsageControllerUsageControllerSessionExists struct {
	Session [32]byte
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error UsageController_SessionExists(bytes32 session)
func UsageControllerUsageControllerSessionExistsErrorID() common.Hash {
	return common.HexToHash("0x1bfb4db1ceb6a7d0a64acdf3317a77656c44d57ceae4f84dc471644206052b1b")
}

// UnpackUsageControllerSessionExistsError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error UsageController_SessionExists(bytes32 session)
func (usageController *UsageController) UnpackUsageControllerSessionExistsError(raw []byte) (*UsageControllerUsageControllerSessionExists, error) {
	out := new(UsageControllerUsageControllerSessionExists)
	if err := usageController.abi.UnpackIntoInterface(out, "UsageController_SessionExists", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// UsageControllerUsageControllerStillOpen represents a UsageController_StillOpen error raised by the UsageController contract.
type UsageControllerUsageControllerStillOpen struct {
	Session [32]byte
	End     *big.Int
	Time    *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error UsageController_StillOpen(bytes32 session, uint256 end, uint256 time)
func UsageControllerUsageControllerStillOpenErrorID() common.Hash {
	return common.HexToHash("0x10125feffbe713da0ccf61d6e47549f1da092743d16dab326661708ad2226413")
}

// UnpackUsageControllerStillOpenError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error UsageController_StillOpen(bytes32 session, uint256 end, uint256 time)
func (usageController *UsageController) UnpackUsageControllerStillOpenError(raw []byte) (*UsageControllerUsageControllerStillOpen, error) {
	out := new(UsageControllerUsageControllerStillOpen)
	if err := usageController.abi.UnpackIntoInterface(out, "UsageController_StillOpen", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// UsageControllerUsageControllerSubscription represents a UsageController_Subscription error raised by the UsageController contract.
type UsageControllerUsageControllerSubscription struct {
	Plan [32]byte
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error UsageController_Subscription(bytes32 plan)
func UsageControllerUsageControllerSubscriptionErrorID() common.Hash {
	return common.HexToHash("0x5a5445886c9911d70a9e4112a6f955bc87a8174168f9b008cefcfa03be6a023b")
}

// UnpackUsageControllerSubscriptionError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error UsageController_Subscription(bytes32 plan)
func (usageController *UsageController) UnpackUsageControllerSubscriptionError(raw []byte) (*UsageControllerUsageControllerSubscription, error) {
	out := new(UsageControllerUsageControllerSubscription)
	if err := usageController.abi.UnpackIntoInterface(out, "UsageController_Subscription", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// UsageControllerUsageControllerTokenNotAllowed represents a UsageController_TokenNotAllowed error raised by the UsageController contract.
type UsageControllerUsageControllerTokenNotAllowed struct {
	Token common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error UsageController_TokenNotAllowed(address token)
func UsageControllerUsageControllerTokenNotAllowedErrorID() common.Hash {
	return common.HexToHash("0xd8ff8039f1b84d3d076a706d97760e3ec54725fab034bc065d31dd7622a73610")
}

// UnpackUsageControllerTokenNotAllowedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error UsageController_TokenNotAllowed(address token)
func (usageController *UsageController) UnpackUsageControllerTokenNotAllowedError(raw []byte) (*UsageControllerUsageControllerTokenNotAllowed, error) {
	out := new(UsageControllerUsageControllerTokenNotAllowed)
	if err := usageController.abi.UnpackIntoInterface(out, "UsageController_TokenNotAllowed", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// UsageControllerUsageControllerTooLarge represents a UsageController_TooLarge error raised by the UsageController contract.
type UsageControllerUsageControllerTooLarge struct {
	Compute *big.Int
	Most    *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error UsageController_TooLarge(uint256 compute, uint256 most)
func UsageControllerUsageControllerTooLargeErrorID() common.Hash {
	return common.HexToHash("0x8d05dadb649bb3cdfd4f12a7cb92b28d6de6b01f95448265246c0ccd0ff2278e")
}

// UnpackUsageControllerTooLargeError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error UsageController_TooLarge(uint256 compute, uint256 most)
func (usageController *UsageController) UnpackUsageControllerTooLargeError(raw []byte) (*UsageControllerUsageControllerTooLarge, error) {
	out := new(UsageControllerUsageControllerTooLarge)
	if err := usageController.abi.UnpackIntoInterface(out, "UsageController_TooLarge", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// UsageControllerUsageControllerTooMany represents a UsageController_TooMany error raised by the UsageController contract.
type UsageControllerUsageControllerTooMany struct {
	Count *big.Int
	Most  *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error UsageController_TooMany(uint256 count, uint256 most)
func UsageControllerUsageControllerTooManyErrorID() common.Hash {
	return common.HexToHash("0x8fdddb8773fda75d8d0580315feb6a18e39633eb62847fde81206e2e56e7f2b4")
}

// UnpackUsageControllerTooManyError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error UsageController_TooMany(uint256 count, uint256 most)
func (usageController *UsageController) UnpackUsageControllerTooManyError(raw []byte) (*UsageControllerUsageControllerTooMany, error) {
	out := new(UsageControllerUsageControllerTooMany)
	if err := usageController.abi.UnpackIntoInterface(out, "UsageController_TooMany", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// UsageControllerUsageControllerUnknownProvider represents a UsageController_UnknownProvider error raised by the UsageController contract.
type UsageControllerUsageControllerUnknownProvider struct {
	Place     *big.Int
	Providers *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error UsageController_UnknownProvider(uint256 place, uint256 providers)
func UsageControllerUsageControllerUnknownProviderErrorID() common.Hash {
	return common.HexToHash("0x8a5357ed4b104f60d0a517140353aa3c40cdef3d5e366d9c01c92eb5703491d8")
}

// UnpackUsageControllerUnknownProviderError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error UsageController_UnknownProvider(uint256 place, uint256 providers)
func (usageController *UsageController) UnpackUsageControllerUnknownProviderError(raw []byte) (*UsageControllerUsageControllerUnknownProvider, error) {
	out := new(UsageControllerUsageControllerUnknownProvider)
	if err := usageController.abi.UnpackIntoInterface(out, "UsageController_UnknownProvider", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// UsageControllerUsageControllerZeroAddress represents a UsageController_ZeroAddress error raised by the UsageController contract.
type UsageControllerUsageControllerZeroAddress struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error UsageController_ZeroAddress()
func UsageControllerUsageControllerZeroAddressErrorID() common.Hash {
	return common.HexToHash("0xec3944e81bfe9124ff4c9e1d224df6736b7bccd72a04b61e8c7e79f4095f191b")
}

// UnpackUsageControllerZeroAddressError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error UsageController_ZeroAddress()
func (usageController *UsageController) UnpackUsageControllerZeroAddressError(raw []byte) (*UsageControllerUsageControllerZeroAddress, error) {
	out := new(UsageControllerUsageControllerZeroAddress)
	if err := usageController.abi.UnpackIntoInterface(out, "UsageController_ZeroAddress", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// UsagePassMetaData contains all meta data concerning the UsagePass contract.
var UsagePassMetaData = bind.MetaData{
	ABI: "[{\"type\":\"constructor\",\"inputs\":[{\"name\":\"registry_\",\"type\":\"address\",\"internalType\":\"contractIModelRegistry\"},{\"name\":\"controller_\",\"type\":\"address\",\"internalType\":\"contractIUsageController\"}],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"balanceOf\",\"inputs\":[{\"name\":\"account\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"id\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"outputs\":[{\"name\":\"\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"balanceOfBatch\",\"inputs\":[{\"name\":\"accounts\",\"type\":\"address[]\",\"internalType\":\"address[]\"},{\"name\":\"ids\",\"type\":\"uint256[]\",\"internalType\":\"uint256[]\"}],\"outputs\":[{\"name\":\"\",\"type\":\"uint256[]\",\"internalType\":\"uint256[]\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"burn\",\"inputs\":[{\"name\":\"from\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"plan\",\"type\":\"bytes32\",\"internalType\":\"PlanId\"},{\"name\":\"units\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"outputs\":[],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"controller\",\"inputs\":[],\"outputs\":[{\"name\":\"\",\"type\":\"address\",\"internalType\":\"contractIUsageController\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"createPlan\",\"inputs\":[{\"name\":\"terms\",\"type\":\"tuple\",\"internalType\":\"structPlanTerms\",\"components\":[{\"name\":\"model\",\"type\":\"bytes32\",\"internalType\":\"ModelId\"},{\"name\":\"token\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"payee\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"authorFee\",\"type\":\"uint96\",\"internalType\":\"uint96\"},{\"name\":\"relayFee\",\"type\":\"uint96\",\"internalType\":\"uint96\"},{\"name\":\"computeCap\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"unitKind\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"},{\"name\":\"transferable\",\"type\":\"bool\",\"internalType\":\"bool\"},{\"name\":\"period\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"quota\",\"type\":\"uint32\",\"internalType\":\"uint32\"}]}],\"outputs\":[{\"name\":\"plan\",\"type\":\"bytes32\",\"internalType\":\"PlanId\"}],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"isApprovedForAll\",\"inputs\":[{\"name\":\"account\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"operator\",\"type\":\"address\",\"internalType\":\"address\"}],\"outputs\":[{\"name\":\"\",\"type\":\"bool\",\"internalType\":\"bool\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"mint\",\"inputs\":[{\"name\":\"to\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"plan\",\"type\":\"bytes32\",\"internalType\":\"PlanId\"},{\"name\":\"units\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"outputs\":[],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"planId\",\"inputs\":[{\"name\":\"terms\",\"type\":\"tuple\",\"internalType\":\"structPlanTerms\",\"components\":[{\"name\":\"model\",\"type\":\"bytes32\",\"internalType\":\"ModelId\"},{\"name\":\"token\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"payee\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"authorFee\",\"type\":\"uint96\",\"internalType\":\"uint96\"},{\"name\":\"relayFee\",\"type\":\"uint96\",\"internalType\":\"uint96\"},{\"name\":\"computeCap\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"unitKind\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"},{\"name\":\"transferable\",\"type\":\"bool\",\"internalType\":\"bool\"},{\"name\":\"period\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"quota\",\"type\":\"uint32\",\"internalType\":\"uint32\"}]}],\"outputs\":[{\"name\":\"\",\"type\":\"bytes32\",\"internalType\":\"PlanId\"}],\"stateMutability\":\"pure\"},{\"type\":\"function\",\"name\":\"priceOf\",\"inputs\":[{\"name\":\"plan\",\"type\":\"bytes32\",\"internalType\":\"PlanId\"}],\"outputs\":[{\"name\":\"token\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"payee\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"authorFee\",\"type\":\"uint96\",\"internalType\":\"uint96\"},{\"name\":\"relayFee\",\"type\":\"uint96\",\"internalType\":\"uint96\"},{\"name\":\"computeCap\",\"type\":\"uint64\",\"internalType\":\"uint64\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"registry\",\"inputs\":[],\"outputs\":[{\"name\":\"\",\"type\":\"address\",\"internalType\":\"contractIModelRegistry\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"safeBatchTransferFrom\",\"inputs\":[{\"name\":\"from\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"to\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"ids\",\"type\":\"uint256[]\",\"internalType\":\"uint256[]\"},{\"name\":\"values\",\"type\":\"uint256[]\",\"internalType\":\"uint256[]\"},{\"name\":\"data\",\"type\":\"bytes\",\"internalType\":\"bytes\"}],\"outputs\":[],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"safeTransferFrom\",\"inputs\":[{\"name\":\"from\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"to\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"id\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"value\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"data\",\"type\":\"bytes\",\"internalType\":\"bytes\"}],\"outputs\":[],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"setApprovalForAll\",\"inputs\":[{\"name\":\"operator\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"approved\",\"type\":\"bool\",\"internalType\":\"bool\"}],\"outputs\":[],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"subscriptionOf\",\"inputs\":[{\"name\":\"plan\",\"type\":\"bytes32\",\"internalType\":\"PlanId\"}],\"outputs\":[{\"name\":\"period\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"quota\",\"type\":\"uint32\",\"internalType\":\"uint32\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"supplyOf\",\"inputs\":[{\"name\":\"\",\"type\":\"bytes32\",\"internalType\":\"PlanId\"}],\"outputs\":[{\"name\":\"\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"supportsInterface\",\"inputs\":[{\"name\":\"interfaceId\",\"type\":\"bytes4\",\"internalType\":\"bytes4\"}],\"outputs\":[{\"name\":\"\",\"type\":\"bool\",\"internalType\":\"bool\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"termsOf\",\"inputs\":[{\"name\":\"plan\",\"type\":\"bytes32\",\"internalType\":\"PlanId\"}],\"outputs\":[{\"name\":\"\",\"type\":\"tuple\",\"internalType\":\"structPlanTerms\",\"components\":[{\"name\":\"model\",\"type\":\"bytes32\",\"internalType\":\"ModelId\"},{\"name\":\"token\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"payee\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"authorFee\",\"type\":\"uint96\",\"internalType\":\"uint96\"},{\"name\":\"relayFee\",\"type\":\"uint96\",\"internalType\":\"uint96\"},{\"name\":\"computeCap\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"unitKind\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"},{\"name\":\"transferable\",\"type\":\"bool\",\"internalType\":\"bool\"},{\"name\":\"period\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"quota\",\"type\":\"uint32\",\"internalType\":\"uint32\"}]}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"uri\",\"inputs\":[{\"name\":\"id\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"outputs\":[{\"name\":\"\",\"type\":\"string\",\"internalType\":\"string\"}],\"stateMutability\":\"view\"},{\"type\":\"event\",\"name\":\"ApprovalForAll\",\"inputs\":[{\"name\":\"account\",\"type\":\"address\",\"indexed\":true,\"internalType\":\"address\"},{\"name\":\"operator\",\"type\":\"address\",\"indexed\":true,\"internalType\":\"address\"},{\"name\":\"approved\",\"type\":\"bool\",\"indexed\":false,\"internalType\":\"bool\"}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"PlanCreated\",\"inputs\":[{\"name\":\"plan\",\"type\":\"bytes32\",\"indexed\":true,\"internalType\":\"PlanId\"},{\"name\":\"model\",\"type\":\"bytes32\",\"indexed\":true,\"internalType\":\"ModelId\"},{\"name\":\"terms\",\"type\":\"tuple\",\"indexed\":false,\"internalType\":\"structPlanTerms\",\"components\":[{\"name\":\"model\",\"type\":\"bytes32\",\"internalType\":\"ModelId\"},{\"name\":\"token\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"payee\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"authorFee\",\"type\":\"uint96\",\"internalType\":\"uint96\"},{\"name\":\"relayFee\",\"type\":\"uint96\",\"internalType\":\"uint96\"},{\"name\":\"computeCap\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"unitKind\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"},{\"name\":\"transferable\",\"type\":\"bool\",\"internalType\":\"bool\"},{\"name\":\"period\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"quota\",\"type\":\"uint32\",\"internalType\":\"uint32\"}]}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"TransferBatch\",\"inputs\":[{\"name\":\"operator\",\"type\":\"address\",\"indexed\":true,\"internalType\":\"address\"},{\"name\":\"from\",\"type\":\"address\",\"indexed\":true,\"internalType\":\"address\"},{\"name\":\"to\",\"type\":\"address\",\"indexed\":true,\"internalType\":\"address\"},{\"name\":\"ids\",\"type\":\"uint256[]\",\"indexed\":false,\"internalType\":\"uint256[]\"},{\"name\":\"values\",\"type\":\"uint256[]\",\"indexed\":false,\"internalType\":\"uint256[]\"}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"TransferSingle\",\"inputs\":[{\"name\":\"operator\",\"type\":\"address\",\"indexed\":true,\"internalType\":\"address\"},{\"name\":\"from\",\"type\":\"address\",\"indexed\":true,\"internalType\":\"address\"},{\"name\":\"to\",\"type\":\"address\",\"indexed\":true,\"internalType\":\"address\"},{\"name\":\"id\",\"type\":\"uint256\",\"indexed\":false,\"internalType\":\"uint256\"},{\"name\":\"value\",\"type\":\"uint256\",\"indexed\":false,\"internalType\":\"uint256\"}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"URI\",\"inputs\":[{\"name\":\"value\",\"type\":\"string\",\"indexed\":false,\"internalType\":\"string\"},{\"name\":\"id\",\"type\":\"uint256\",\"indexed\":true,\"internalType\":\"uint256\"}],\"anonymous\":false},{\"type\":\"error\",\"name\":\"ERC1155InsufficientBalance\",\"inputs\":[{\"name\":\"sender\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"balance\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"needed\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"tokenId\",\"type\":\"uint256\",\"internalType\":\"uint256\"}]},{\"type\":\"error\",\"name\":\"ERC1155InvalidApprover\",\"inputs\":[{\"name\":\"approver\",\"type\":\"address\",\"internalType\":\"address\"}]},{\"type\":\"error\",\"name\":\"ERC1155InvalidArrayLength\",\"inputs\":[{\"name\":\"idsLength\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"valuesLength\",\"type\":\"uint256\",\"internalType\":\"uint256\"}]},{\"type\":\"error\",\"name\":\"ERC1155InvalidOperator\",\"inputs\":[{\"name\":\"operator\",\"type\":\"address\",\"internalType\":\"address\"}]},{\"type\":\"error\",\"name\":\"ERC1155InvalidReceiver\",\"inputs\":[{\"name\":\"receiver\",\"type\":\"address\",\"internalType\":\"address\"}]},{\"type\":\"error\",\"name\":\"ERC1155InvalidSender\",\"inputs\":[{\"name\":\"sender\",\"type\":\"address\",\"internalType\":\"address\"}]},{\"type\":\"error\",\"name\":\"ERC1155MissingApprovalForAll\",\"inputs\":[{\"name\":\"operator\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"owner\",\"type\":\"address\",\"internalType\":\"address\"}]},{\"type\":\"error\",\"name\":\"UsagePass_BadSubscription\",\"inputs\":[{\"name\":\"period\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"quota\",\"type\":\"uint32\",\"internalType\":\"uint32\"},{\"name\":\"transferable\",\"type\":\"bool\",\"internalType\":\"bool\"}]},{\"type\":\"error\",\"name\":\"UsagePass_BadUnitKind\",\"inputs\":[{\"name\":\"unitKind\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"}]},{\"type\":\"error\",\"name\":\"UsagePass_FreePlan\",\"inputs\":[]},{\"type\":\"error\",\"name\":\"UsagePass_NotOwner\",\"inputs\":[{\"name\":\"model\",\"type\":\"bytes32\",\"internalType\":\"ModelId\"},{\"name\":\"caller\",\"type\":\"address\",\"internalType\":\"address\"}]},{\"type\":\"error\",\"name\":\"UsagePass_NotTransferable\",\"inputs\":[{\"name\":\"plan\",\"type\":\"bytes32\",\"internalType\":\"PlanId\"}]},{\"type\":\"error\",\"name\":\"UsagePass_OnlyController\",\"inputs\":[{\"name\":\"caller\",\"type\":\"address\",\"internalType\":\"address\"}]},{\"type\":\"error\",\"name\":\"UsagePass_PlanExists\",\"inputs\":[{\"name\":\"plan\",\"type\":\"bytes32\",\"internalType\":\"PlanId\"}]},{\"type\":\"error\",\"name\":\"UsagePass_TokenNotAllowed\",\"inputs\":[{\"name\":\"token\",\"type\":\"address\",\"internalType\":\"address\"}]},{\"type\":\"error\",\"name\":\"UsagePass_UnknownPlan\",\"inputs\":[{\"name\":\"plan\",\"type\":\"bytes32\",\"internalType\":\"PlanId\"}]},{\"type\":\"error\",\"name\":\"UsagePass_ZeroPayee\",\"inputs\":[]}]",
	ID:  "UsagePass",
}

// UsagePass is an auto generated Go binding around an Ethereum contract.
type UsagePass struct {
	abi abi.ABI
}

// GetABI returns the ABI associated with this contract binding.
func (c *UsagePass) GetABI() abi.ABI {
	return c.abi
}

// NewUsagePass creates a new instance of UsagePass.
func NewUsagePass() *UsagePass {
	parsed, err := UsagePassMetaData.ParseABI()
	if err != nil {
		panic(errors.New("invalid ABI: " + err.Error()))
	}
	return &UsagePass{abi: *parsed}
}

// Instance creates a wrapper for a deployed contract instance at the given address.
// Use this to create the instance object passed to abigen v2 library functions Call, Transact, etc.
func (c *UsagePass) Instance(backend bind.ContractBackend, addr common.Address) *bind.BoundContract {
	return bind.NewBoundContract(addr, c.abi, backend, backend, backend)
}

// PackConstructor is the Go binding used to pack the parameters required for
// contract deployment.
//
// Solidity: constructor(address registry_, address controller_) returns()
func (usagePass *UsagePass) PackConstructor(registry_ common.Address, controller_ common.Address) []byte {
	enc, err := usagePass.abi.Pack("", registry_, controller_)
	if err != nil {
		panic(err)
	}
	return enc
}

// PackBalanceOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x00fdd58e.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function balanceOf(address account, uint256 id) view returns(uint256)
func (usagePass *UsagePass) PackBalanceOf(account common.Address, id *big.Int) []byte {
	enc, err := usagePass.abi.Pack("balanceOf", account, id)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackBalanceOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x00fdd58e.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function balanceOf(address account, uint256 id) view returns(uint256)
func (usagePass *UsagePass) TryPackBalanceOf(account common.Address, id *big.Int) ([]byte, error) {
	return usagePass.abi.Pack("balanceOf", account, id)
}

// UnpackBalanceOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x00fdd58e.
//
// Solidity: function balanceOf(address account, uint256 id) view returns(uint256)
func (usagePass *UsagePass) UnpackBalanceOf(data []byte) (*big.Int, error) {
	out, err := usagePass.abi.Unpack("balanceOf", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackBalanceOfBatch is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x4e1273f4.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function balanceOfBatch(address[] accounts, uint256[] ids) view returns(uint256[])
func (usagePass *UsagePass) PackBalanceOfBatch(accounts []common.Address, ids []*big.Int) []byte {
	enc, err := usagePass.abi.Pack("balanceOfBatch", accounts, ids)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackBalanceOfBatch is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x4e1273f4.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function balanceOfBatch(address[] accounts, uint256[] ids) view returns(uint256[])
func (usagePass *UsagePass) TryPackBalanceOfBatch(accounts []common.Address, ids []*big.Int) ([]byte, error) {
	return usagePass.abi.Pack("balanceOfBatch", accounts, ids)
}

// UnpackBalanceOfBatch is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x4e1273f4.
//
// Solidity: function balanceOfBatch(address[] accounts, uint256[] ids) view returns(uint256[])
func (usagePass *UsagePass) UnpackBalanceOfBatch(data []byte) ([]*big.Int, error) {
	out, err := usagePass.abi.Unpack("balanceOfBatch", data)
	if err != nil {
		return *new([]*big.Int), err
	}
	out0 := *abi.ConvertType(out[0], new([]*big.Int)).(*[]*big.Int)
	return out0, nil
}

// PackBurn is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x4460fb6d.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function burn(address from, bytes32 plan, uint256 units) returns()
func (usagePass *UsagePass) PackBurn(from common.Address, plan [32]byte, units *big.Int) []byte {
	enc, err := usagePass.abi.Pack("burn", from, plan, units)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackBurn is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x4460fb6d.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function burn(address from, bytes32 plan, uint256 units) returns()
func (usagePass *UsagePass) TryPackBurn(from common.Address, plan [32]byte, units *big.Int) ([]byte, error) {
	return usagePass.abi.Pack("burn", from, plan, units)
}

// PackController is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf77c4791.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function controller() view returns(address)
func (usagePass *UsagePass) PackController() []byte {
	enc, err := usagePass.abi.Pack("controller")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackController is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf77c4791.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function controller() view returns(address)
func (usagePass *UsagePass) TryPackController() ([]byte, error) {
	return usagePass.abi.Pack("controller")
}

// UnpackController is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xf77c4791.
//
// Solidity: function controller() view returns(address)
func (usagePass *UsagePass) UnpackController(data []byte) (common.Address, error) {
	out, err := usagePass.abi.Unpack("controller", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackCreatePlan is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd4204155.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function createPlan((bytes32,address,address,uint96,uint96,uint64,bytes32,bool,uint32,uint32) terms) returns(bytes32 plan)
func (usagePass *UsagePass) PackCreatePlan(terms PlanTerms) []byte {
	enc, err := usagePass.abi.Pack("createPlan", terms)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackCreatePlan is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd4204155.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function createPlan((bytes32,address,address,uint96,uint96,uint64,bytes32,bool,uint32,uint32) terms) returns(bytes32 plan)
func (usagePass *UsagePass) TryPackCreatePlan(terms PlanTerms) ([]byte, error) {
	return usagePass.abi.Pack("createPlan", terms)
}

// UnpackCreatePlan is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xd4204155.
//
// Solidity: function createPlan((bytes32,address,address,uint96,uint96,uint64,bytes32,bool,uint32,uint32) terms) returns(bytes32 plan)
func (usagePass *UsagePass) UnpackCreatePlan(data []byte) ([32]byte, error) {
	out, err := usagePass.abi.Unpack("createPlan", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackIsApprovedForAll is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xe985e9c5.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function isApprovedForAll(address account, address operator) view returns(bool)
func (usagePass *UsagePass) PackIsApprovedForAll(account common.Address, operator common.Address) []byte {
	enc, err := usagePass.abi.Pack("isApprovedForAll", account, operator)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackIsApprovedForAll is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xe985e9c5.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function isApprovedForAll(address account, address operator) view returns(bool)
func (usagePass *UsagePass) TryPackIsApprovedForAll(account common.Address, operator common.Address) ([]byte, error) {
	return usagePass.abi.Pack("isApprovedForAll", account, operator)
}

// UnpackIsApprovedForAll is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xe985e9c5.
//
// Solidity: function isApprovedForAll(address account, address operator) view returns(bool)
func (usagePass *UsagePass) UnpackIsApprovedForAll(data []byte) (bool, error) {
	out, err := usagePass.abi.Unpack("isApprovedForAll", data)
	if err != nil {
		return *new(bool), err
	}
	out0 := *abi.ConvertType(out[0], new(bool)).(*bool)
	return out0, nil
}

// PackMint is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xc89dcfce.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function mint(address to, bytes32 plan, uint256 units) returns()
func (usagePass *UsagePass) PackMint(to common.Address, plan [32]byte, units *big.Int) []byte {
	enc, err := usagePass.abi.Pack("mint", to, plan, units)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackMint is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xc89dcfce.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function mint(address to, bytes32 plan, uint256 units) returns()
func (usagePass *UsagePass) TryPackMint(to common.Address, plan [32]byte, units *big.Int) ([]byte, error) {
	return usagePass.abi.Pack("mint", to, plan, units)
}

// PackPlanId is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x9126d580.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function planId((bytes32,address,address,uint96,uint96,uint64,bytes32,bool,uint32,uint32) terms) pure returns(bytes32)
func (usagePass *UsagePass) PackPlanId(terms PlanTerms) []byte {
	enc, err := usagePass.abi.Pack("planId", terms)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackPlanId is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x9126d580.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function planId((bytes32,address,address,uint96,uint96,uint64,bytes32,bool,uint32,uint32) terms) pure returns(bytes32)
func (usagePass *UsagePass) TryPackPlanId(terms PlanTerms) ([]byte, error) {
	return usagePass.abi.Pack("planId", terms)
}

// UnpackPlanId is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x9126d580.
//
// Solidity: function planId((bytes32,address,address,uint96,uint96,uint64,bytes32,bool,uint32,uint32) terms) pure returns(bytes32)
func (usagePass *UsagePass) UnpackPlanId(data []byte) ([32]byte, error) {
	out, err := usagePass.abi.Unpack("planId", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackPriceOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xeec332fd.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function priceOf(bytes32 plan) view returns(address token, address payee, uint96 authorFee, uint96 relayFee, uint64 computeCap)
func (usagePass *UsagePass) PackPriceOf(plan [32]byte) []byte {
	enc, err := usagePass.abi.Pack("priceOf", plan)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackPriceOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xeec332fd.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function priceOf(bytes32 plan) view returns(address token, address payee, uint96 authorFee, uint96 relayFee, uint64 computeCap)
func (usagePass *UsagePass) TryPackPriceOf(plan [32]byte) ([]byte, error) {
	return usagePass.abi.Pack("priceOf", plan)
}

// UsagePassPriceOfOutput serves as a container for the return parameters of contract
// method PriceOf.
type UsagePassPriceOfOutput struct {
	Token      common.Address
	Payee      common.Address
	AuthorFee  *big.Int
	RelayFee   *big.Int
	ComputeCap uint64
}

// UnpackPriceOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xeec332fd.
//
// Solidity: function priceOf(bytes32 plan) view returns(address token, address payee, uint96 authorFee, uint96 relayFee, uint64 computeCap)
func (usagePass *UsagePass) UnpackPriceOf(data []byte) (UsagePassPriceOfOutput, error) {
	out, err := usagePass.abi.Unpack("priceOf", data)
	outstruct := new(UsagePassPriceOfOutput)
	if err != nil {
		return *outstruct, err
	}
	outstruct.Token = *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	outstruct.Payee = *abi.ConvertType(out[1], new(common.Address)).(*common.Address)
	outstruct.AuthorFee = abi.ConvertType(out[2], new(big.Int)).(*big.Int)
	outstruct.RelayFee = abi.ConvertType(out[3], new(big.Int)).(*big.Int)
	outstruct.ComputeCap = *abi.ConvertType(out[4], new(uint64)).(*uint64)
	return *outstruct, nil
}

// PackRegistry is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7b103999.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function registry() view returns(address)
func (usagePass *UsagePass) PackRegistry() []byte {
	enc, err := usagePass.abi.Pack("registry")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackRegistry is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7b103999.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function registry() view returns(address)
func (usagePass *UsagePass) TryPackRegistry() ([]byte, error) {
	return usagePass.abi.Pack("registry")
}

// UnpackRegistry is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x7b103999.
//
// Solidity: function registry() view returns(address)
func (usagePass *UsagePass) UnpackRegistry(data []byte) (common.Address, error) {
	out, err := usagePass.abi.Unpack("registry", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackSafeBatchTransferFrom is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x2eb2c2d6.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function safeBatchTransferFrom(address from, address to, uint256[] ids, uint256[] values, bytes data) returns()
func (usagePass *UsagePass) PackSafeBatchTransferFrom(from common.Address, to common.Address, ids []*big.Int, values []*big.Int, data []byte) []byte {
	enc, err := usagePass.abi.Pack("safeBatchTransferFrom", from, to, ids, values, data)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSafeBatchTransferFrom is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x2eb2c2d6.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function safeBatchTransferFrom(address from, address to, uint256[] ids, uint256[] values, bytes data) returns()
func (usagePass *UsagePass) TryPackSafeBatchTransferFrom(from common.Address, to common.Address, ids []*big.Int, values []*big.Int, data []byte) ([]byte, error) {
	return usagePass.abi.Pack("safeBatchTransferFrom", from, to, ids, values, data)
}

// PackSafeTransferFrom is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf242432a.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function safeTransferFrom(address from, address to, uint256 id, uint256 value, bytes data) returns()
func (usagePass *UsagePass) PackSafeTransferFrom(from common.Address, to common.Address, id *big.Int, value *big.Int, data []byte) []byte {
	enc, err := usagePass.abi.Pack("safeTransferFrom", from, to, id, value, data)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSafeTransferFrom is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf242432a.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function safeTransferFrom(address from, address to, uint256 id, uint256 value, bytes data) returns()
func (usagePass *UsagePass) TryPackSafeTransferFrom(from common.Address, to common.Address, id *big.Int, value *big.Int, data []byte) ([]byte, error) {
	return usagePass.abi.Pack("safeTransferFrom", from, to, id, value, data)
}

// PackSetApprovalForAll is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xa22cb465.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function setApprovalForAll(address operator, bool approved) returns()
func (usagePass *UsagePass) PackSetApprovalForAll(operator common.Address, approved bool) []byte {
	enc, err := usagePass.abi.Pack("setApprovalForAll", operator, approved)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSetApprovalForAll is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xa22cb465.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function setApprovalForAll(address operator, bool approved) returns()
func (usagePass *UsagePass) TryPackSetApprovalForAll(operator common.Address, approved bool) ([]byte, error) {
	return usagePass.abi.Pack("setApprovalForAll", operator, approved)
}

// PackSubscriptionOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x1eefaaf5.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function subscriptionOf(bytes32 plan) view returns(uint32 period, uint32 quota)
func (usagePass *UsagePass) PackSubscriptionOf(plan [32]byte) []byte {
	enc, err := usagePass.abi.Pack("subscriptionOf", plan)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSubscriptionOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x1eefaaf5.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function subscriptionOf(bytes32 plan) view returns(uint32 period, uint32 quota)
func (usagePass *UsagePass) TryPackSubscriptionOf(plan [32]byte) ([]byte, error) {
	return usagePass.abi.Pack("subscriptionOf", plan)
}

// UsagePassSubscriptionOfOutput serves as a container for the return parameters of contract
// method SubscriptionOf.
type UsagePassSubscriptionOfOutput struct {
	Period uint32
	Quota  uint32
}

// UnpackSubscriptionOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x1eefaaf5.
//
// Solidity: function subscriptionOf(bytes32 plan) view returns(uint32 period, uint32 quota)
func (usagePass *UsagePass) UnpackSubscriptionOf(data []byte) (UsagePassSubscriptionOfOutput, error) {
	out, err := usagePass.abi.Unpack("subscriptionOf", data)
	outstruct := new(UsagePassSubscriptionOfOutput)
	if err != nil {
		return *outstruct, err
	}
	outstruct.Period = *abi.ConvertType(out[0], new(uint32)).(*uint32)
	outstruct.Quota = *abi.ConvertType(out[1], new(uint32)).(*uint32)
	return *outstruct, nil
}

// PackSupplyOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x73e90979.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function supplyOf(bytes32 ) view returns(uint256)
func (usagePass *UsagePass) PackSupplyOf(arg0 [32]byte) []byte {
	enc, err := usagePass.abi.Pack("supplyOf", arg0)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSupplyOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x73e90979.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function supplyOf(bytes32 ) view returns(uint256)
func (usagePass *UsagePass) TryPackSupplyOf(arg0 [32]byte) ([]byte, error) {
	return usagePass.abi.Pack("supplyOf", arg0)
}

// UnpackSupplyOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x73e90979.
//
// Solidity: function supplyOf(bytes32 ) view returns(uint256)
func (usagePass *UsagePass) UnpackSupplyOf(data []byte) (*big.Int, error) {
	out, err := usagePass.abi.Unpack("supplyOf", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackSupportsInterface is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x01ffc9a7.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function supportsInterface(bytes4 interfaceId) view returns(bool)
func (usagePass *UsagePass) PackSupportsInterface(interfaceId [4]byte) []byte {
	enc, err := usagePass.abi.Pack("supportsInterface", interfaceId)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSupportsInterface is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x01ffc9a7.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function supportsInterface(bytes4 interfaceId) view returns(bool)
func (usagePass *UsagePass) TryPackSupportsInterface(interfaceId [4]byte) ([]byte, error) {
	return usagePass.abi.Pack("supportsInterface", interfaceId)
}

// UnpackSupportsInterface is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x01ffc9a7.
//
// Solidity: function supportsInterface(bytes4 interfaceId) view returns(bool)
func (usagePass *UsagePass) UnpackSupportsInterface(data []byte) (bool, error) {
	out, err := usagePass.abi.Unpack("supportsInterface", data)
	if err != nil {
		return *new(bool), err
	}
	out0 := *abi.ConvertType(out[0], new(bool)).(*bool)
	return out0, nil
}

// PackTermsOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xbe5170c0.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function termsOf(bytes32 plan) view returns((bytes32,address,address,uint96,uint96,uint64,bytes32,bool,uint32,uint32))
func (usagePass *UsagePass) PackTermsOf(plan [32]byte) []byte {
	enc, err := usagePass.abi.Pack("termsOf", plan)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackTermsOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xbe5170c0.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function termsOf(bytes32 plan) view returns((bytes32,address,address,uint96,uint96,uint64,bytes32,bool,uint32,uint32))
func (usagePass *UsagePass) TryPackTermsOf(plan [32]byte) ([]byte, error) {
	return usagePass.abi.Pack("termsOf", plan)
}

// UnpackTermsOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xbe5170c0.
//
// Solidity: function termsOf(bytes32 plan) view returns((bytes32,address,address,uint96,uint96,uint64,bytes32,bool,uint32,uint32))
func (usagePass *UsagePass) UnpackTermsOf(data []byte) (PlanTerms, error) {
	out, err := usagePass.abi.Unpack("termsOf", data)
	if err != nil {
		return *new(PlanTerms), err
	}
	out0 := *abi.ConvertType(out[0], new(PlanTerms)).(*PlanTerms)
	return out0, nil
}

// PackUri is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x0e89341c.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function uri(uint256 id) view returns(string)
func (usagePass *UsagePass) PackUri(id *big.Int) []byte {
	enc, err := usagePass.abi.Pack("uri", id)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackUri is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x0e89341c.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function uri(uint256 id) view returns(string)
func (usagePass *UsagePass) TryPackUri(id *big.Int) ([]byte, error) {
	return usagePass.abi.Pack("uri", id)
}

// UnpackUri is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x0e89341c.
//
// Solidity: function uri(uint256 id) view returns(string)
func (usagePass *UsagePass) UnpackUri(data []byte) (string, error) {
	out, err := usagePass.abi.Unpack("uri", data)
	if err != nil {
		return *new(string), err
	}
	out0 := *abi.ConvertType(out[0], new(string)).(*string)
	return out0, nil
}

// UsagePassApprovalForAll represents a ApprovalForAll event raised by the UsagePass contract.
type UsagePassApprovalForAll struct {
	Account  common.Address
	Operator common.Address
	Approved bool
	Raw      *types.Log // Blockchain specific contextual infos
}

const UsagePassApprovalForAllEventName = "ApprovalForAll"

// ContractEventName returns the user-defined event name.
func (UsagePassApprovalForAll) ContractEventName() string {
	return UsagePassApprovalForAllEventName
}

// UnpackApprovalForAllEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event ApprovalForAll(address indexed account, address indexed operator, bool approved)
func (usagePass *UsagePass) UnpackApprovalForAllEvent(log *types.Log) (*UsagePassApprovalForAll, error) {
	event := "ApprovalForAll"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != usagePass.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(UsagePassApprovalForAll)
	if len(log.Data) > 0 {
		if err := usagePass.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range usagePass.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// UsagePassPlanCreated represents a PlanCreated event raised by the UsagePass contract.
type UsagePassPlanCreated struct {
	Plan  [32]byte
	Model [32]byte
	Terms PlanTerms
	Raw   *types.Log // Blockchain specific contextual infos
}

const UsagePassPlanCreatedEventName = "PlanCreated"

// ContractEventName returns the user-defined event name.
func (UsagePassPlanCreated) ContractEventName() string {
	return UsagePassPlanCreatedEventName
}

// UnpackPlanCreatedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event PlanCreated(bytes32 indexed plan, bytes32 indexed model, (bytes32,address,address,uint96,uint96,uint64,bytes32,bool,uint32,uint32) terms)
func (usagePass *UsagePass) UnpackPlanCreatedEvent(log *types.Log) (*UsagePassPlanCreated, error) {
	event := "PlanCreated"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != usagePass.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(UsagePassPlanCreated)
	if len(log.Data) > 0 {
		if err := usagePass.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range usagePass.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// UsagePassTransferBatch represents a TransferBatch event raised by the UsagePass contract.
type UsagePassTransferBatch struct {
	Operator common.Address
	From     common.Address
	To       common.Address
	Ids      []*big.Int
	Values   []*big.Int
	Raw      *types.Log // Blockchain specific contextual infos
}

const UsagePassTransferBatchEventName = "TransferBatch"

// ContractEventName returns the user-defined event name.
func (UsagePassTransferBatch) ContractEventName() string {
	return UsagePassTransferBatchEventName
}

// UnpackTransferBatchEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event TransferBatch(address indexed operator, address indexed from, address indexed to, uint256[] ids, uint256[] values)
func (usagePass *UsagePass) UnpackTransferBatchEvent(log *types.Log) (*UsagePassTransferBatch, error) {
	event := "TransferBatch"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != usagePass.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(UsagePassTransferBatch)
	if len(log.Data) > 0 {
		if err := usagePass.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range usagePass.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// UsagePassTransferSingle represents a TransferSingle event raised by the UsagePass contract.
type UsagePassTransferSingle struct {
	Operator common.Address
	From     common.Address
	To       common.Address
	Id       *big.Int
	Value    *big.Int
	Raw      *types.Log // Blockchain specific contextual infos
}

const UsagePassTransferSingleEventName = "TransferSingle"

// ContractEventName returns the user-defined event name.
func (UsagePassTransferSingle) ContractEventName() string {
	return UsagePassTransferSingleEventName
}

// UnpackTransferSingleEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event TransferSingle(address indexed operator, address indexed from, address indexed to, uint256 id, uint256 value)
func (usagePass *UsagePass) UnpackTransferSingleEvent(log *types.Log) (*UsagePassTransferSingle, error) {
	event := "TransferSingle"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != usagePass.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(UsagePassTransferSingle)
	if len(log.Data) > 0 {
		if err := usagePass.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range usagePass.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// UsagePassURI represents a URI event raised by the UsagePass contract.
type UsagePassURI struct {
	Value string
	Id    *big.Int
	Raw   *types.Log // Blockchain specific contextual infos
}

const UsagePassURIEventName = "URI"

// ContractEventName returns the user-defined event name.
func (UsagePassURI) ContractEventName() string {
	return UsagePassURIEventName
}

// UnpackURIEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event URI(string value, uint256 indexed id)
func (usagePass *UsagePass) UnpackURIEvent(log *types.Log) (*UsagePassURI, error) {
	event := "URI"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != usagePass.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(UsagePassURI)
	if len(log.Data) > 0 {
		if err := usagePass.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range usagePass.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// UnpackError attempts to decode the provided error data using user-defined
// error definitions.
func (usagePass *UsagePass) UnpackError(raw []byte) (any, error) {
	if bytes.Equal(raw[:4], usagePass.abi.Errors["ERC1155InsufficientBalance"].ID.Bytes()[:4]) {
		return usagePass.UnpackERC1155InsufficientBalanceError(raw[4:])
	}
	if bytes.Equal(raw[:4], usagePass.abi.Errors["ERC1155InvalidApprover"].ID.Bytes()[:4]) {
		return usagePass.UnpackERC1155InvalidApproverError(raw[4:])
	}
	if bytes.Equal(raw[:4], usagePass.abi.Errors["ERC1155InvalidArrayLength"].ID.Bytes()[:4]) {
		return usagePass.UnpackERC1155InvalidArrayLengthError(raw[4:])
	}
	if bytes.Equal(raw[:4], usagePass.abi.Errors["ERC1155InvalidOperator"].ID.Bytes()[:4]) {
		return usagePass.UnpackERC1155InvalidOperatorError(raw[4:])
	}
	if bytes.Equal(raw[:4], usagePass.abi.Errors["ERC1155InvalidReceiver"].ID.Bytes()[:4]) {
		return usagePass.UnpackERC1155InvalidReceiverError(raw[4:])
	}
	if bytes.Equal(raw[:4], usagePass.abi.Errors["ERC1155InvalidSender"].ID.Bytes()[:4]) {
		return usagePass.UnpackERC1155InvalidSenderError(raw[4:])
	}
	if bytes.Equal(raw[:4], usagePass.abi.Errors["ERC1155MissingApprovalForAll"].ID.Bytes()[:4]) {
		return usagePass.UnpackERC1155MissingApprovalForAllError(raw[4:])
	}
	if bytes.Equal(raw[:4], usagePass.abi.Errors["UsagePass_BadSubscription"].ID.Bytes()[:4]) {
		return usagePass.UnpackUsagePassBadSubscriptionError(raw[4:])
	}
	if bytes.Equal(raw[:4], usagePass.abi.Errors["UsagePass_BadUnitKind"].ID.Bytes()[:4]) {
		return usagePass.UnpackUsagePassBadUnitKindError(raw[4:])
	}
	if bytes.Equal(raw[:4], usagePass.abi.Errors["UsagePass_FreePlan"].ID.Bytes()[:4]) {
		return usagePass.UnpackUsagePassFreePlanError(raw[4:])
	}
	if bytes.Equal(raw[:4], usagePass.abi.Errors["UsagePass_NotOwner"].ID.Bytes()[:4]) {
		return usagePass.UnpackUsagePassNotOwnerError(raw[4:])
	}
	if bytes.Equal(raw[:4], usagePass.abi.Errors["UsagePass_NotTransferable"].ID.Bytes()[:4]) {
		return usagePass.UnpackUsagePassNotTransferableError(raw[4:])
	}
	if bytes.Equal(raw[:4], usagePass.abi.Errors["UsagePass_OnlyController"].ID.Bytes()[:4]) {
		return usagePass.UnpackUsagePassOnlyControllerError(raw[4:])
	}
	if bytes.Equal(raw[:4], usagePass.abi.Errors["UsagePass_PlanExists"].ID.Bytes()[:4]) {
		return usagePass.UnpackUsagePassPlanExistsError(raw[4:])
	}
	if bytes.Equal(raw[:4], usagePass.abi.Errors["UsagePass_TokenNotAllowed"].ID.Bytes()[:4]) {
		return usagePass.UnpackUsagePassTokenNotAllowedError(raw[4:])
	}
	if bytes.Equal(raw[:4], usagePass.abi.Errors["UsagePass_UnknownPlan"].ID.Bytes()[:4]) {
		return usagePass.UnpackUsagePassUnknownPlanError(raw[4:])
	}
	if bytes.Equal(raw[:4], usagePass.abi.Errors["UsagePass_ZeroPayee"].ID.Bytes()[:4]) {
		return usagePass.UnpackUsagePassZeroPayeeError(raw[4:])
	}
	return nil, errors.New("unknown error")
}

// UsagePassERC1155InsufficientBalance represents a ERC1155InsufficientBalance error raised by the UsagePass contract.
type UsagePassERC1155InsufficientBalance struct {
	Sender  common.Address
	Balance *big.Int
	Needed  *big.Int
	TokenId *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ERC1155InsufficientBalance(address sender, uint256 balance, uint256 needed, uint256 tokenId)
func UsagePassERC1155InsufficientBalanceErrorID() common.Hash {
	return common.HexToHash("0x03dee4c573c982787b5f3537d6323ffaca9d864448aa6bd828ada9e5d0837036")
}

// UnpackERC1155InsufficientBalanceError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ERC1155InsufficientBalance(address sender, uint256 balance, uint256 needed, uint256 tokenId)
func (usagePass *UsagePass) UnpackERC1155InsufficientBalanceError(raw []byte) (*UsagePassERC1155InsufficientBalance, error) {
	out := new(UsagePassERC1155InsufficientBalance)
	if err := usagePass.abi.UnpackIntoInterface(out, "ERC1155InsufficientBalance", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// UsagePassERC1155InvalidApprover represents a ERC1155InvalidApprover error raised by the UsagePass contract.
type UsagePassERC1155InvalidApprover struct {
	Approver common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ERC1155InvalidApprover(address approver)
func UsagePassERC1155InvalidApproverErrorID() common.Hash {
	return common.HexToHash("0x3e31884e33c33ce0039d1905e3c252950ae3b95240f36d4fff81f5ff6752ef99")
}

// UnpackERC1155InvalidApproverError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ERC1155InvalidApprover(address approver)
func (usagePass *UsagePass) UnpackERC1155InvalidApproverError(raw []byte) (*UsagePassERC1155InvalidApprover, error) {
	out := new(UsagePassERC1155InvalidApprover)
	if err := usagePass.abi.UnpackIntoInterface(out, "ERC1155InvalidApprover", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// UsagePassERC1155InvalidArrayLength represents a ERC1155InvalidArrayLength error raised by the UsagePass contract.
type UsagePassERC1155InvalidArrayLength struct {
	IdsLength    *big.Int
	ValuesLength *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ERC1155InvalidArrayLength(uint256 idsLength, uint256 valuesLength)
func UsagePassERC1155InvalidArrayLengthErrorID() common.Hash {
	return common.HexToHash("0x5b0599913619cfa5633692652638ed25cafcd079c9beae8c251b12c23dcc83f2")
}

// UnpackERC1155InvalidArrayLengthError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ERC1155InvalidArrayLength(uint256 idsLength, uint256 valuesLength)
func (usagePass *UsagePass) UnpackERC1155InvalidArrayLengthError(raw []byte) (*UsagePassERC1155InvalidArrayLength, error) {
	out := new(UsagePassERC1155InvalidArrayLength)
	if err := usagePass.abi.UnpackIntoInterface(out, "ERC1155InvalidArrayLength", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// UsagePassERC1155InvalidOperator represents a ERC1155InvalidOperator error raised by the UsagePass contract.
type UsagePassERC1155InvalidOperator struct {
	Operator common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ERC1155InvalidOperator(address operator)
func UsagePassERC1155InvalidOperatorErrorID() common.Hash {
	return common.HexToHash("0xced3e10010b9d2aa24827119d0db4a8feec73aea48b4b3e470d8a9f3ff723569")
}

// UnpackERC1155InvalidOperatorError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ERC1155InvalidOperator(address operator)
func (usagePass *UsagePass) UnpackERC1155InvalidOperatorError(raw []byte) (*UsagePassERC1155InvalidOperator, error) {
	out := new(UsagePassERC1155InvalidOperator)
	if err := usagePass.abi.UnpackIntoInterface(out, "ERC1155InvalidOperator", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// UsagePassERC1155InvalidReceiver represents a ERC1155InvalidReceiver error raised by the UsagePass contract.
type UsagePassERC1155InvalidReceiver struct {
	Receiver common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ERC1155InvalidReceiver(address receiver)
func UsagePassERC1155InvalidReceiverErrorID() common.Hash {
	return common.HexToHash("0x57f447ceed621d9e134e26de5772c88799abb7322ce2a87f95dce247d47105c6")
}

// UnpackERC1155InvalidReceiverError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ERC1155InvalidReceiver(address receiver)
func (usagePass *UsagePass) UnpackERC1155InvalidReceiverError(raw []byte) (*UsagePassERC1155InvalidReceiver, error) {
	out := new(UsagePassERC1155InvalidReceiver)
	if err := usagePass.abi.UnpackIntoInterface(out, "ERC1155InvalidReceiver", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// UsagePassERC1155InvalidSender represents a ERC1155InvalidSender error raised by the UsagePass contract.
type UsagePassERC1155InvalidSender struct {
	Sender common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ERC1155InvalidSender(address sender)
func UsagePassERC1155InvalidSenderErrorID() common.Hash {
	return common.HexToHash("0x01a83514e94b34009110b75cac6742ba33bd7c62f18a3616bafea52855d3b175")
}

// UnpackERC1155InvalidSenderError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ERC1155InvalidSender(address sender)
func (usagePass *UsagePass) UnpackERC1155InvalidSenderError(raw []byte) (*UsagePassERC1155InvalidSender, error) {
	out := new(UsagePassERC1155InvalidSender)
	if err := usagePass.abi.UnpackIntoInterface(out, "ERC1155InvalidSender", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// UsagePassERC1155MissingApprovalForAll represents a ERC1155MissingApprovalForAll error raised by the UsagePass contract.
type UsagePassERC1155MissingApprovalForAll struct {
	Operator common.Address
	Owner    common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ERC1155MissingApprovalForAll(address operator, address owner)
func UsagePassERC1155MissingApprovalForAllErrorID() common.Hash {
	return common.HexToHash("0xe237d922be9fac42efeaaaffb42cc6b57e0ff95d94a1b74daeff69adc7657754")
}

// UnpackERC1155MissingApprovalForAllError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ERC1155MissingApprovalForAll(address operator, address owner)
func (usagePass *UsagePass) UnpackERC1155MissingApprovalForAllError(raw []byte) (*UsagePassERC1155MissingApprovalForAll, error) {
	out := new(UsagePassERC1155MissingApprovalForAll)
	if err := usagePass.abi.UnpackIntoInterface(out, "ERC1155MissingApprovalForAll", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// UsagePassUsagePassBadSubscription represents a UsagePass_BadSubscription error raised by the UsagePass contract.
type UsagePassUsagePassBadSubscription struct {
	Period       uint32
	Quota        uint32
	Transferable bool
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error UsagePass_BadSubscription(uint32 period, uint32 quota, bool transferable)
func UsagePassUsagePassBadSubscriptionErrorID() common.Hash {
	return common.HexToHash("0xf3451cf6e2e616798470ea5615d73d6e37600ce7cd3442e43660cc1adc1969de")
}

// UnpackUsagePassBadSubscriptionError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error UsagePass_BadSubscription(uint32 period, uint32 quota, bool transferable)
func (usagePass *UsagePass) UnpackUsagePassBadSubscriptionError(raw []byte) (*UsagePassUsagePassBadSubscription, error) {
	out := new(UsagePassUsagePassBadSubscription)
	if err := usagePass.abi.UnpackIntoInterface(out, "UsagePass_BadSubscription", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// UsagePassUsagePassBadUnitKind represents a UsagePass_BadUnitKind error raised by the UsagePass contract.
type UsagePassUsagePassBadUnitKind struct {
	UnitKind [32]byte
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error UsagePass_BadUnitKind(bytes32 unitKind)
func UsagePassUsagePassBadUnitKindErrorID() common.Hash {
	return common.HexToHash("0x94882c8ed6297d656d67bad2513041f77d2468405bf9020b49004984ebcd2b0e")
}

// UnpackUsagePassBadUnitKindError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error UsagePass_BadUnitKind(bytes32 unitKind)
func (usagePass *UsagePass) UnpackUsagePassBadUnitKindError(raw []byte) (*UsagePassUsagePassBadUnitKind, error) {
	out := new(UsagePassUsagePassBadUnitKind)
	if err := usagePass.abi.UnpackIntoInterface(out, "UsagePass_BadUnitKind", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// UsagePassUsagePassFreePlan represents a UsagePass_FreePlan error raised by the UsagePass contract.
type UsagePassUsagePassFreePlan struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error UsagePass_FreePlan()
func UsagePassUsagePassFreePlanErrorID() common.Hash {
	return common.HexToHash("0xb7334021e2fb21eae446f7d663dfce3819bfa3a269420d6b0adf10d9bc88adb6")
}

// UnpackUsagePassFreePlanError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error UsagePass_FreePlan()
func (usagePass *UsagePass) UnpackUsagePassFreePlanError(raw []byte) (*UsagePassUsagePassFreePlan, error) {
	out := new(UsagePassUsagePassFreePlan)
	if err := usagePass.abi.UnpackIntoInterface(out, "UsagePass_FreePlan", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// UsagePassUsagePassNotOwner represents a UsagePass_NotOwner error raised by the UsagePass contract.
type UsagePassUsagePassNotOwner struct {
	Model  [32]byte
	Caller common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error UsagePass_NotOwner(bytes32 model, address caller)
func UsagePassUsagePassNotOwnerErrorID() common.Hash {
	return common.HexToHash("0x2a63def004a0a5db939847058d476f3d10ba0a4c89e8f6da47a44273746559fb")
}

// UnpackUsagePassNotOwnerError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error UsagePass_NotOwner(bytes32 model, address caller)
func (usagePass *UsagePass) UnpackUsagePassNotOwnerError(raw []byte) (*UsagePassUsagePassNotOwner, error) {
	out := new(UsagePassUsagePassNotOwner)
	if err := usagePass.abi.UnpackIntoInterface(out, "UsagePass_NotOwner", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// UsagePassUsagePassNotTransferable represents a UsagePass_NotTransferable error raised by the UsagePass contract.
type UsagePassUsagePassNotTransferable struct {
	Plan [32]byte
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error UsagePass_NotTransferable(bytes32 plan)
func UsagePassUsagePassNotTransferableErrorID() common.Hash {
	return common.HexToHash("0xee95004a9494387eafae1a5deb1e68bb384cc8ac8468b35be6e1a781acaa0c24")
}

// UnpackUsagePassNotTransferableError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error UsagePass_NotTransferable(bytes32 plan)
func (usagePass *UsagePass) UnpackUsagePassNotTransferableError(raw []byte) (*UsagePassUsagePassNotTransferable, error) {
	out := new(UsagePassUsagePassNotTransferable)
	if err := usagePass.abi.UnpackIntoInterface(out, "UsagePass_NotTransferable", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// UsagePassUsagePassOnlyController represents a UsagePass_OnlyController error raised by the UsagePass contract.
type UsagePassUsagePassOnlyController struct {
	Caller common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error UsagePass_OnlyController(address caller)
func UsagePassUsagePassOnlyControllerErrorID() common.Hash {
	return common.HexToHash("0x274c9f1b9bee3532527ae99be1d803d34b3c0b1fb770ecf2772e4375d09c4330")
}

// UnpackUsagePassOnlyControllerError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error UsagePass_OnlyController(address caller)
func (usagePass *UsagePass) UnpackUsagePassOnlyControllerError(raw []byte) (*UsagePassUsagePassOnlyController, error) {
	out := new(UsagePassUsagePassOnlyController)
	if err := usagePass.abi.UnpackIntoInterface(out, "UsagePass_OnlyController", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// UsagePassUsagePassPlanExists represents a UsagePass_PlanExists error raised by the UsagePass contract.
type UsagePassUsagePassPlanExists struct {
	Plan [32]byte
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error UsagePass_PlanExists(bytes32 plan)
func UsagePassUsagePassPlanExistsErrorID() common.Hash {
	return common.HexToHash("0xf2f93a62a18e4ad0d1227e3fc1cd6fcca2cdf2c8fb83b23e1b8b9492a382753c")
}

// UnpackUsagePassPlanExistsError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error UsagePass_PlanExists(bytes32 plan)
func (usagePass *UsagePass) UnpackUsagePassPlanExistsError(raw []byte) (*UsagePassUsagePassPlanExists, error) {
	out := new(UsagePassUsagePassPlanExists)
	if err := usagePass.abi.UnpackIntoInterface(out, "UsagePass_PlanExists", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// UsagePassUsagePassTokenNotAllowed represents a UsagePass_TokenNotAllowed error raised by the UsagePass contract.
type UsagePassUsagePassTokenNotAllowed struct {
	Token common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error UsagePass_TokenNotAllowed(address token)
func UsagePassUsagePassTokenNotAllowedErrorID() common.Hash {
	return common.HexToHash("0xbaed1bb20674ae686bf02145f67b08ff58f40cb0ab20b2134aa5022e9c4e146e")
}

// UnpackUsagePassTokenNotAllowedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error UsagePass_TokenNotAllowed(address token)
func (usagePass *UsagePass) UnpackUsagePassTokenNotAllowedError(raw []byte) (*UsagePassUsagePassTokenNotAllowed, error) {
	out := new(UsagePassUsagePassTokenNotAllowed)
	if err := usagePass.abi.UnpackIntoInterface(out, "UsagePass_TokenNotAllowed", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// UsagePassUsagePassUnknownPlan represents a UsagePass_UnknownPlan error raised by the UsagePass contract.
type UsagePassUsagePassUnknownPlan struct {
	Plan [32]byte
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error UsagePass_UnknownPlan(bytes32 plan)
func UsagePassUsagePassUnknownPlanErrorID() common.Hash {
	return common.HexToHash("0x8c40de61948a9df21a5f7658ad9e5dc778910385decbdfe9844a75e42de614a4")
}

// UnpackUsagePassUnknownPlanError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error UsagePass_UnknownPlan(bytes32 plan)
func (usagePass *UsagePass) UnpackUsagePassUnknownPlanError(raw []byte) (*UsagePassUsagePassUnknownPlan, error) {
	out := new(UsagePassUsagePassUnknownPlan)
	if err := usagePass.abi.UnpackIntoInterface(out, "UsagePass_UnknownPlan", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// UsagePassUsagePassZeroPayee represents a UsagePass_ZeroPayee error raised by the UsagePass contract.
type UsagePassUsagePassZeroPayee struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error UsagePass_ZeroPayee()
func UsagePassUsagePassZeroPayeeErrorID() common.Hash {
	return common.HexToHash("0x51ac712be912bbb8edb31951abd40e327fac4beecb8eab5ec946ea29e1fcef83")
}

// UnpackUsagePassZeroPayeeError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error UsagePass_ZeroPayee()
func (usagePass *UsagePass) UnpackUsagePassZeroPayeeError(raw []byte) (*UsagePassUsagePassZeroPayee, error) {
	out := new(UsagePassUsagePassZeroPayee)
	if err := usagePass.abi.UnpackIntoInterface(out, "UsagePass_ZeroPayee", raw); err != nil {
		return nil, err
	}
	return out, nil
}
